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

/** Checks that the stored tensors are exactly those that {@code config.json} describes, with the right shapes. */
final class WeightFit {
    private static final int NAMED = 5; // tensors listed in an error message

    /** Names of tensors that accompany quantized weights: GPTQ, AWQ, compressed-tensors, bitsandbytes, FP8. */
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

    /** @throws InputError if a tensor is missing, unexpected, or has the wrong shape or type */
    static void check(Path folder, LlamaConfig config, TensorFiles files) {
        var fit = new WeightFit(folder, config, files);
        fit.compare();
        fit.checkReadable();
        if (fit.missing.size() + fit.misshapen.size() + fit.extra.size() > 0) throw fit.error();
        fit.checkTypes();
    }

    /**
     * Whether an extra tensor is allowed: integer buffers, rotary frequencies stored by old versions of transformers,
     * and the copy of a tied head.
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

    /** Specific errors for unsupported types, adapters and quantized models. */
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
                        "the folder has LoRA weights that are not merged: " + name,
                        folder.toString(),
                        "merge them in Python: PeftModel.from_pretrained(BASE, DIR).merge_and_unload()"
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
                    spec.name() + " has shape " + shapeOf(spec) + ", but config.json needs " + spec.shape(),
                    files.pathOf(spec.name()).toString(),
                    fix());
        }
        var lines = new ArrayList<String>();
        lines.add("the weights do not match config.json");
        add(lines, "missing", missing.stream().map(ParameterSpec::name).toList());
        add(lines, "not part of the model", extra);
        add(
                lines,
                "of the wrong shape",
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

    /** The first names and the number of the others. */
    static String some(List<String> names) {
        String shown = names.stream().limit(NAMED).collect(Collectors.joining(", "));
        return shown + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
    }

    private String fix() {
        if (extra.contains("embed_tokens.weight")) {
            return "the prefix model. is missing in the names: load and save the model with AutoModelForCausalLM in Python";
        }
        if (extra.stream().anyMatch(name -> name.endsWith(".bias"))) {
            return "use a Llama model without biases, which are not supported";
        }
        if (extra.isEmpty()
                && misshapen.isEmpty()
                && missing.size() == 1
                && missing.getFirst().role() == ParameterRole.HEAD) {
            return "download the model again, or set tie_word_embeddings to true if the embedding is also the head";
        }
        if (extra.isEmpty() && misshapen.isEmpty() && !files.absent().isEmpty()) {
            return "download the model again: the index lists tensors that are in no file";
        }
        var fields = new ArrayList<String>();
        if (missing.size() + extra.size() > 0) fields.add("num_hidden_layers");
        for (var spec : misshapen)
            for (String field : fields(spec.role())) if (!fields.contains(field)) fields.add(field);
        return "the weights are incomplete or belong to another model: compare " + String.join(", ", fields);
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
