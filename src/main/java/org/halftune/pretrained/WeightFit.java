package org.halftune.pretrained;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Role;
import org.halftune.problem.InputError;
import org.halftune.safetensors.TensorFiles;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;

/** Whether the stored tensors are those that {@code config.json} describes: all there, none else, each of its shape. */
final class WeightFit {
    private static final int NAMED = 5; // tensors named in an error; the rest is counted

    private final Path folder;
    private final LlamaConfig config;
    private final TensorFiles files;
    private final Map<String, TensorInfo> stored = new LinkedHashMap<>();
    private final List<ParameterSpec> missing = new ArrayList<>();
    private final List<ParameterSpec> misshapen = new ArrayList<>();
    private final List<String> extra = new ArrayList<>();

    private WeightFit(Path folder, LlamaConfig config, TensorFiles files) {
        this.folder = folder;
        this.config = config;
        this.files = files;
        for (var tensor : files.tensors()) stored.put(tensor.name(), tensor);
    }

    /** @throws InputError if a tensor is missing, extra, misshapen, or of a type that weights do not have */
    static void check(Path folder, LlamaConfig config, TensorFiles files) {
        var fit = new WeightFit(folder, config, files);
        fit.compare();
        if (fit.missing.size() + fit.misshapen.size() + fit.extra.size() > 0) throw fit.error();
        fit.checkTypes();
    }

    /**
     * Whether a tensor that is no parameter may stand in the files all the same: the rotary frequencies that old versions
     * of transformers stored, and the copy of a tied head.
     */
    static boolean ignored(LlamaConfig config, String name) {
        return name.endsWith("rotary_emb.inv_freq") || (config.tiedHead() && name.equals(Role.HEAD.parameterName(0)));
    }

    private void compare() {
        var left = new LinkedHashMap<>(stored);
        for (var spec : ParameterSpec.all(config)) {
            var tensor = left.remove(spec.name());
            if (tensor == null) missing.add(spec);
            else if (!tensor.shape().equals(spec.shape())) misshapen.add(spec);
        }
        for (String name : left.keySet()) if (!ignored(config, name)) extra.add(name);
    }

    private void checkTypes() {
        for (var spec : ParameterSpec.all(config)) {
            if (files.info(spec.name()).dtype() == DType.I32) {
                throw new InputError(
                        spec.name() + " is stored as I32; weights must be F32, F16 or BF16",
                        files.pathOf(spec.name()).toString(),
                        "the model seems to be quantized: use the original weights");
            }
        }
    }

    private InputError error() {
        if (missing.isEmpty() && extra.isEmpty() && misshapen.size() == 1) {
            var spec = misshapen.getFirst();
            return new InputError(
                    spec.name() + " has shape " + shapeOf(spec) + ", config.json asks for " + spec.shape(),
                    files.pathOf(spec.name()).toString(),
                    fix());
        }
        var lines = new ArrayList<String>();
        lines.add("the weights do not fit config.json");
        add(lines, "missing", missing.stream().map(ParameterSpec::name).toList());
        add(lines, "not part of the model", extra);
        add(
                lines,
                "of another shape",
                misshapen.stream()
                        .map(spec -> spec.name() + " " + shapeOf(spec) + " instead of " + spec.shape())
                        .toList());
        return new InputError(String.join("\n    ", lines), folder.toString(), fix());
    }

    private String shapeOf(ParameterSpec spec) {
        return files.info(spec.name()).shape().toString();
    }

    private static void add(List<String> lines, String kind, List<String> names) {
        if (names.isEmpty()) return;
        String shown = names.stream().limit(NAMED).collect(Collectors.joining(", "));
        String more = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
        String tensors = names.size() == 1 ? " tensor is " : " tensors are ";
        lines.add(names.size() + tensors + kind + ": " + shown + more);
    }

    private String fix() {
        if (extra.contains("embed_tokens.weight")) {
            return "the names lack the prefix model.; load and save the model with AutoModelForCausalLM in Python";
        }
        if (extra.stream().anyMatch(name -> name.endsWith(".bias"))) {
            return "biases are not supported; use a Llama without them";
        }
        if (extra.isEmpty()
                && misshapen.isEmpty()
                && missing.size() == 1
                && missing.getFirst().role() == Role.HEAD) {
            return "fetch the model again, or set tie_word_embeddings to true if the embedding is also the head";
        }
        var fields = new ArrayList<String>();
        if (missing.size() + extra.size() > 0) fields.add("num_hidden_layers");
        for (var spec : misshapen)
            for (String field : fields(spec.role())) if (!fields.contains(field)) fields.add(field);
        return "the folder holds weights of another model, or not all of them: compare " + String.join(", ", fields);
    }

    private static List<String> fields(Role role) {
        return switch (role) {
            case EMBEDDING, HEAD -> List.of("vocab_size", "hidden_size");
            case INPUT_NORM, POST_ATTENTION_NORM, FINAL_NORM -> List.of("hidden_size");
            case QUERY, OUTPUT -> List.of("num_attention_heads", "head_dim", "hidden_size");
            case KEY, VALUE -> List.of("num_key_value_heads", "head_dim", "hidden_size");
            case GATE, UP, DOWN -> List.of("intermediate_size", "hidden_size");
        };
    }
}
