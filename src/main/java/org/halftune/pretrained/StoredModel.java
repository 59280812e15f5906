package org.halftune.pretrained;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.halftune.safetensors.ForeignTensor;
import org.halftune.safetensors.TensorFiles;
import org.halftune.tensor.DType;

/**
 * Handles folders that differ from what transformers writes today: prefixed names, an untied head, extra buffers. It
 * does the same as transformers, with a notice for the user.
 *
 * @param config with {@code tie_word_embeddings} false if the head has its own weights
 * @param files accessible by the standard parameter names
 * @param notices notices for the user
 */
record StoredModel(ConfigFile config, TensorFiles files, List<String> notices) {
    /** Prefixes that wrappers add to all names: DataParallel, {@code torch.compile}, PEFT. */
    private static final Pattern WRAPPERS = Pattern.compile("((module|_orig_mod|base_model\\.model)\\.)+");

    private static final String EMBEDDING = ParameterRole.EMBEDDING.parameterName(-1);
    private static final String HEAD = ParameterRole.HEAD.parameterName(-1);

    /** @throws org.halftune.problem.InputError if the tensors are not those of the model */
    static StoredModel read(Path folder, ConfigFile config, TensorFiles stored) {
        var notices = new ArrayList<String>();
        var prefix = prefix(stored);
        var files = prefix.isEmpty() ? stored : stored.withPrefix(prefix);
        if (!prefix.isEmpty()) {
            notices.add("tensor names start with " + prefix + "; exports have the standard names");
        }
        var effective = config;
        if (config.config().tiedHead() && hasOwnHead(files)) {
            effective = config.untied();
            notices.add("config.json sets tie_word_embeddings, but " + HEAD
                    + " differs from the embedding: the stored head is used, and exports set"
                    + " tie_word_embeddings to false");
        }
        WeightFit.check(folder, effective.config(), files);
        addIgnored(notices, effective.config(), files);
        return new StoredModel(effective, files, notices);
    }

    /** The known prefix before the embedding's name; "" if there is none. */
    private static String prefix(TensorFiles files) {
        return files.tensors().stream()
                .map(tensor -> tensor.name())
                .filter(name -> name.endsWith(EMBEDDING))
                .map(name -> name.substring(0, name.length() - EMBEDDING.length()))
                .filter(before -> WRAPPERS.matcher(before).matches())
                .findFirst()
                .orElse("");
    }

    /** Whether there is a stored head whose values differ from the embedding. */
    private static boolean hasOwnHead(TensorFiles files) {
        if (!files.has(HEAD) || !files.has(EMBEDDING)) return false;
        var head = files.get(HEAD);
        var embedding = files.get(EMBEDDING);
        if (!head.shape().equals(embedding.shape())) return true;
        if (head.dtype() == embedding.dtype()) return head.data().mismatch(embedding.data()) >= 0;
        for (long i = 0; i < head.shape().elements(); i++) if (head.get(i) != embedding.get(i)) return true;
        return false;
    }

    private static void addIgnored(List<String> notices, LlamaConfig config, TensorFiles files) {
        Set<String> parameters =
                ParameterSpec.all(config).stream().map(ParameterSpec::name).collect(Collectors.toSet());
        var buffers = Stream.concat(
                        files.foreign().stream(),
                        files.tensors().stream()
                                .filter(tensor -> tensor.dtype() == DType.I32)
                                .map(tensor -> new ForeignTensor(tensor.name(), "I32", tensor.shape())))
                .filter(tensor -> !parameters.contains(tensor.name()))
                .map(tensor -> tensor.name() + " (" + tensor.dtype() + ")")
                .toList();
        if (!buffers.isEmpty()) notices.add("ignored tensors that are not weights: " + WeightFit.some(buffers));
        if (!files.absent().isEmpty()) {
            notices.add("the index lists tensors that are in no file and that the model does not need: "
                    + WeightFit.some(files.absent()));
        }
    }
}
