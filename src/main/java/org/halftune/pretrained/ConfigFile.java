package org.halftune.pretrained;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.halftune.files.FileProblem;
import org.halftune.files.StrictJson;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's {@code config.json}: the parsed architecture, and the text, which an export keeps. Reads the key names of
 * transformers 4 and 5, with the defaults of transformers' {@code LlamaConfig}. Sizes are required.
 *
 * @param text the content of the file, unchanged
 * @param config the architecture; its dtype is the declared one, or F32 if there is none
 * @param specialIds the ids in this file, without {@code generation_config.json}
 */
public record ConfigFile(String text, LlamaConfig config, SpecialIds specialIds) {
    /** The file's name in a model folder. */
    public static final String NAME = "config.json";

    private static final String ARCHITECTURE = "LlamaForCausalLM";
    private static final String ONLY_LLAMA =
            "use a Llama model (model_type llama, " + ARCHITECTURE + "): Llama 2 and 3, TinyLlama, SmolLM2, …";
    private static final Map<String, DType> DTYPES =
            Map.of("float32", DType.F32, "float16", DType.F16, "bfloat16", DType.BF16);
    /** May be in files saved by transformers after {@code from_pretrained(dtype="auto")}. */
    private static final String AUTO = "auto";

    // Far more than any model has; a damaged number should be an error, not an endless list of layers.
    private static final int MAX_LAYERS = 10_000;

    /**
     * Reads and checks the file.
     *
     * @throws InputError with the field that is missing, has the wrong type, is inconsistent or not supported; or if there is no
     *     such file
     */
    public static ConfigFile read(Path file) {
        requireThere(file);
        try {
            return parse(Files.readString(file), file.toString());
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new InputError("the file is not UTF-8 text", file.toString(), "download it again");
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }

    private static void requireThere(Path file) {
        var folder = Objects.requireNonNullElse(file.getParent(), Path.of("."));
        if (Files.exists(file) || !Files.isDirectory(folder)) return;
        if (Files.isRegularFile(folder.resolve(PretrainedFolder.DELTA))) {
            throw new InputError(
                    "this is a delta, not a model: it has only what a training changed",
                    folder.toString(),
                    "put it on its base first: halftune apply --base BASE --delta " + folder + " --output_dir MODEL");
        }
        throw new InputError(
                "the folder has no " + file.getFileName(),
                folder.toString(),
                "use a Hugging Face folder with config.json, model.safetensors and tokenizer.json");
    }

    /** Like {@link #read}, for the content of a file; {@code where} is its name for error messages. */
    public static ConfigFile parse(String text, String where) {
        if (text.startsWith("\ufeff")) {
            throw new InputError(
                    "the file starts with a byte order mark", where, "save it as UTF-8 without a byte order mark");
        }
        var fields = new Fields(StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), where), where);
        checkArchitecture(fields);
        return new ConfigFile(text, config(fields), SpecialIds.read(fields));
    }

    /** A new file, with key names that transformers 4 and 5 both read. */
    public static ConfigFile of(LlamaConfig config, SpecialIds ids) {
        ObjectNode json = StrictJson.object();
        json.putArray("architectures").add(ARCHITECTURE);
        json.put("attention_bias", false).put("attention_dropout", 0.0);
        ids.begin().ifPresentOrElse(id -> json.put("bos_token_id", id), () -> json.putNull("bos_token_id"));
        switch (ids.end().size()) {
            case 0 -> json.putNull("eos_token_id");
            case 1 -> json.put("eos_token_id", ids.end().getFirst());
            default -> ids.end().forEach(json.putArray("eos_token_id")::add);
        }
        json.put("head_dim", config.headSize())
                .put("hidden_act", "silu")
                .put("hidden_size", config.hiddenSize())
                .put("initializer_range", shortest(config.initializerRange()))
                .put("intermediate_size", config.intermediateSize())
                .put("max_position_embeddings", config.maxPositions())
                .put("mlp_bias", false)
                .put("model_type", "llama")
                .put("num_attention_heads", config.attentionHeads())
                .put("num_hidden_layers", config.layers())
                .put("num_key_value_heads", config.keyValueHeads());
        ids.padding().ifPresentOrElse(id -> json.put("pad_token_id", id), () -> json.putNull("pad_token_id"));
        json.put("rms_norm_eps", shortest(config.normEpsilon()));
        RopeFields.write(config.rope(), json);
        json.put("tie_word_embeddings", config.tiedHead())
                .put("torch_dtype", name(config.dtype()))
                .put("use_cache", true)
                .put("vocab_size", config.vocabSize());
        return new ConfigFile(StrictJson.print(json), config, ids);
    }

    /** This file with another dtype; nothing else changes. */
    public ConfigFile withDType(DType dtype) {
        String changed =
                FieldText.replace(text, List.of("dtype", "torch_dtype"), "torch_dtype", '"' + name(dtype) + '"');
        return new ConfigFile(changed, with(config, dtype), specialIds);
    }

    /** This file with {@code tie_word_embeddings} set to false; nothing else changes. */
    public ConfigFile untied() {
        String changed = FieldText.replace(text, List.of("tie_word_embeddings"), "tie_word_embeddings", "false");
        return new ConfigFile(changed, with(config, config.dtype(), false), specialIds);
    }

    static LlamaConfig with(LlamaConfig c, DType dtype) {
        return with(c, dtype, c.tiedHead());
    }

    private static LlamaConfig with(LlamaConfig c, DType dtype, boolean tiedHead) {
        return new LlamaConfig(
                c.vocabSize(),
                c.hiddenSize(),
                c.intermediateSize(),
                c.layers(),
                c.attentionHeads(),
                c.keyValueHeads(),
                c.headSize(),
                c.maxPositions(),
                c.normEpsilon(),
                c.rope(),
                tiedHead,
                c.initializerRange(),
                dtype);
    }

    private static void checkArchitecture(Fields fields) {
        String type = fields.text("model_type", "");
        List<String> architectures = fields.texts("architectures");
        if (!type.isEmpty() && !type.equals("llama")) throw fields.unsupported("model_type", ONLY_LLAMA);
        if (!architectures.isEmpty() && !architectures.contains(ARCHITECTURE)) {
            throw fields.unsupported("architectures", ONLY_LLAMA);
        }
        if (type.isEmpty() && architectures.isEmpty()) {
            throw new InputError(
                    "the file has neither model_type nor architectures",
                    fields.where(),
                    "add \"model_type\": \"llama\"");
        }
        String activation = fields.text("hidden_act", "silu");
        if (!activation.equals("silu")) throw fields.unsupported("hidden_act", "use a Llama model, which has silu");
        fields.refuse(Set.of("attention_bias", "mlp_bias"), "use a Llama model, which has no biases");
        fields.refuse(
                Set.of("quantization_config"),
                "use the original weights in float32, float16 or bfloat16, or dequantize them first");
        if (fields.has("attention_dropout")
                && fields.json().get("attention_dropout").doubleValue(1) != 0) {
            throw fields.unsupported("attention_dropout", "set it to 0.0");
        }
    }

    private static LlamaConfig config(Fields fields) {
        int hidden = fields.positive("hidden_size");
        int heads = fields.positive("num_attention_heads");
        int keyValueHeads = fields.positive("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0) {
            throw new InputError(
                    "num_key_value_heads " + keyValueHeads + " does not divide num_attention_heads " + heads,
                    fields.where(),
                    "correct them: all key-value heads must have the same number of query heads");
        }
        int layers = fields.positive("num_hidden_layers");
        if (layers > MAX_LAYERS) {
            throw fields.wrong(
                    "num_hidden_layers", fields.json().get("num_hidden_layers"), "must be at most " + MAX_LAYERS);
        }
        int positions = fields.positive("max_position_embeddings", 2048);
        return new LlamaConfig(
                fields.positive("vocab_size"),
                hidden,
                fields.positive("intermediate_size"),
                layers,
                heads,
                keyValueHeads,
                headSize(fields, hidden, heads),
                positions,
                (float) fields.positiveNumber("rms_norm_eps", 1e-6),
                RopeFields.read(fields, positions),
                fields.flag("tie_word_embeddings", false),
                (float) fields.positiveNumber("initializer_range", 0.02),
                dtype(fields));
    }

    private static int headSize(Fields fields, int hidden, int heads) {
        if (!fields.has("head_dim") && hidden % heads != 0) {
            throw new InputError(
                    "hidden_size " + hidden + " is not a multiple of num_attention_heads " + heads,
                    fields.where(),
                    "correct one of them, or add head_dim");
        }
        int size = fields.positive("head_dim", Math.max(1, hidden / heads));
        if (size % 2 != 0) {
            throw new InputError(
                    "the head size " + size + " is odd; rotary embeddings rotate pairs of dimensions",
                    fields.where(),
                    "correct head_dim, or hidden_size and num_attention_heads");
        }
        if ((long) size * heads > Integer.MAX_VALUE) {
            throw new InputError(
                    "head_dim " + size + " times num_attention_heads " + heads + " exceeds " + Integer.MAX_VALUE,
                    fields.where(),
                    "correct them");
        }
        return size;
    }

    private static DType dtype(Fields fields) {
        String key = fields.has("dtype") ? "dtype" : "torch_dtype"; // transformers 5 prefers dtype as well
        String name = fields.text(key, AUTO);
        if (name.equals(AUTO)) return DType.F32; // PretrainedFolder uses the dtype of the weights
        DType dtype = DTYPES.get(name);
        if (dtype == null) throw fields.unsupported(key, "use float32, float16 or bfloat16");
        return dtype;
    }

    /** transformers' name of a dtype. */
    public static String name(DType dtype) {
        for (var entry : DTYPES.entrySet()) if (entry.getValue() == dtype) return entry.getKey();
        throw new IllegalArgumentException(
                "weights are not stored as " + dtype.name().toLowerCase(Locale.ROOT));
    }

    /** The double that prints with the digits of the float: 1e-5f becomes 1e-5, not 9.99999974e-6. */
    private static double shortest(float x) {
        return Double.parseDouble(Float.toString(x));
    }
}
