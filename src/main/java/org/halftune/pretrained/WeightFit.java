package org.halftune.pretrained;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;
import org.halftune.safetensors.ForeignTensor;
import org.halftune.safetensors.TensorFiles;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;

/** Whether the stored tensors are those that {@code config.json} describes: all there, none else, each of its shape. */
final class WeightFit {
    private static final int NAMED = 5; // tensors named in an error; the rest is counted

    /** What the tensors beside quantized weights are called: GPTQ, AWQ, compressed-tensors, bitsandbytes, FP8. */
    private static final Pattern QUANTIZED = Pattern.compile(
            "\\.(qweight|qzeros|g_idx|scales|weight_packed|weight_scale(_inv)?|absmax|quant_map|quant_state\\.[a-z_]+)$");

    private static final String ORIGINAL =
            "use the original weights in float32, float16 or bfloat16, or dequantize them first";

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
        fit.checkReadable();
        if (fit.missing.size() + fit.misshapen.size() + fit.extra.size() > 0) throw fit.error();
        fit.checkTypes();
    }

    /**
     * Whether a tensor that is no parameter may stand in the files all the same: integer buffers, the rotary
     * frequencies that old versions of transformers stored, and the copy of a tied head.
     */
    private static boolean ignored(LlamaConfig config, TensorInfo tensor) {
        String name = tensor.name();
        return tensor.dtype() == DType.I32
                || name.endsWith("rotary_emb.inv_freq")
                || (config.tiedHead() && name.equals(ParameterRole.HEAD.parameterName(-1)));
    }

    private void compare() {
        var left = new LinkedHashMap<>(stored);
        for (var spec : ParameterSpec.all(config)) {
            var tensor = left.remove(spec.name());
            if (tensor == null) missing.add(spec);
            else if (!tensor.shape().equals(spec.shape())) misshapen.add(spec);
        }
        for (var tensor : left.values()) if (!ignored(config, tensor)) extra.add(tensor.name());
    }

    private void checkTypes() {
        for (var spec : ParameterSpec.all(config)) {
            if (files.info(spec.name()).dtype() == DType.I32) throw stored(spec.name(), "I32");
        }
    }

    /** Weights in types that are not read, and those of adapters and quantized models, say themselves what they are. */
    private void checkReadable() {
        for (var tensor : files.foreign()) {
            if (missing.stream().anyMatch(spec -> spec.name().equals(tensor.name()))) {
                throw stored(tensor.name(), tensor.dtype());
            }
        }
        var names = Stream.concat(
                        stored.keySet().stream(), files.foreign().stream().map(ForeignTensor::name))
                .toList();
        for (String name : names) {
            if (name.contains(".lora_A.") || name.contains(".lora_B.") || name.contains(".base_layer.")) {
                throw new InputError(
                        "the folder holds LoRA weights that are not merged: " + name,
                        folder.toString(),
                        "merge them first, in Python: PeftModel.from_pretrained(BASE, DIR).merge_and_unload()"
                                + ".save_pretrained(NEW_DIR)");
            }
            if (QUANTIZED.matcher(name).find() && !missing.isEmpty()) {
                throw new InputError("the weights are quantized: " + name, folder.toString(), ORIGINAL);
            }
        }
    }

    private InputError stored(String name, String dtype) {
        boolean wide = dtype.equals("F64");
        return new InputError(
                name + " is stored as " + dtype + "; weights must be F32, F16 or BF16",
                folder.toString(),
                wide
                        ? "convert the model in Python: AutoModelForCausalLM.from_pretrained(DIR, dtype=torch.float32)"
                                + ".save_pretrained(NEW_DIR)"
                        : "the model is quantized: " + ORIGINAL);
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
        String tensors = names.size() == 1 ? " tensor is " : " tensors are ";
        lines.add(names.size() + tensors + kind + ": " + some(names));
    }

    /** The first of the names, and how many more there are. */
    static String some(List<String> names) {
        String shown = names.stream().limit(NAMED).collect(Collectors.joining(", "));
        return shown + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
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
                && missing.getFirst().role() == ParameterRole.HEAD) {
            return "fetch the model again, or set tie_word_embeddings to true if the embedding is also the head";
        }
        if (extra.isEmpty() && misshapen.isEmpty() && !files.absent().isEmpty()) {
            return "the index lists what the files lack; fetch the model again";
        }
        var fields = new ArrayList<String>();
        if (missing.size() + extra.size() > 0) fields.add("num_hidden_layers");
        for (var spec : misshapen)
            for (String field : fields(spec.role())) if (!fields.contains(field)) fields.add(field);
        return "the folder holds weights of another model, or not all of them: compare " + String.join(", ", fields);
    }

    private static List<String> fields(ParameterRole role) {
        return switch (role) {
            case EMBEDDING, HEAD -> List.of("vocab_size", "hidden_size");
            case INPUT_NORM, POST_ATTENTION_NORM, FINAL_NORM -> List.of("hidden_size");
            case QUERY, OUTPUT -> List.of("num_attention_heads", "head_dim", "hidden_size");
            case KEY, VALUE -> List.of("num_key_value_heads", "head_dim", "hidden_size");
            case GATE, UP, DOWN -> List.of("intermediate_size", "hidden_size");
        };
    }
}
