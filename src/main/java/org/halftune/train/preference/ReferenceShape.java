package org.halftune.train.preference;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;

/** A reference model has the parameters of the model that learns, in the same shapes. */
public final class ReferenceShape {
    private ReferenceShape() {}

    /**
     * @param path of the reference, for the error
     * @throws InputError that names the first parameter that differs
     */
    public static void require(LlamaConfig reference, LlamaConfig config, Path path) {
        var here = of(config);
        var there = of(reference);
        if (here.equals(there)) return;
        var differing = here.entrySet().stream()
                .filter(shape -> !shape.getValue().equals(there.get(shape.getKey())))
                .findFirst();
        throw new InputError(
                "the reference model has another shape"
                        + differing
                                .map(shape -> ": " + shape.getKey() + " is "
                                        + there.getOrDefault(shape.getKey(), "missing") + ", in the model "
                                        + shape.getValue())
                                .orElse(" than the model"),
                path.toString(),
                "give a --ref_model_name_or_path of the same architecture and vocabulary, or leave it out");
    }

    private static Map<String, String> of(LlamaConfig config) {
        return ParameterSpec.all(config).stream()
                .collect(Collectors.toMap(
                        ParameterSpec::name, spec -> spec.shape().toString(), (a, _) -> a, LinkedHashMap::new));
    }

    /** All parameters: none is shared with another model. */
    static Set<String> names(LlamaConfig config) {
        return of(config).keySet();
    }
}
