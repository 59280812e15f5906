package org.halftune.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.halftune.Fixtures;
import org.halftune.files.StrictJson;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Rope;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

class ConfigFileTest {
    static final List<String> FIXTURES = Fixtures.ALL;

    private static final String SMALL = """
            {"model_type": "llama", "vocab_size": 100, "hidden_size": 24, "intermediate_size": 48,
             "num_hidden_layers": 3, "num_attention_heads": 6}""";

    @ParameterizedTest
    @FieldSource("FIXTURES")
    void keysOfTransformers4And5GiveTheSameConfiguration(String name) {
        Path folder = Fixtures.model(name);
        var newer = ConfigFile.read(folder.resolve("config.json"));
        var legacy = ConfigFile.read(folder.resolve("config.legacy.json"));
        assertThat(newer.config()).isEqualTo(legacy.config());
        assertThat(newer.specialIds()).isEqualTo(legacy.specialIds());
    }

    @Test
    void llama3ScalingIsRead() {
        var config = ConfigFile.read(Fixtures.model("llama3-rope").resolve("config.json"))
                .config();
        assertThat(config.rope()).isEqualTo(new Rope.Llama3(10000, 8, 1, 4, 64));
        assertThat(config.dtype()).isEqualTo(DType.BF16);
        assertThat(config.keyValueHeads()).isEqualTo(4);
    }

    @Test
    void defaultsEqualThoseOfTransformers() {
        assertThat(parse(SMALL).config())
                .isEqualTo(new LlamaConfig(
                        100, 24, 48, 3, 6, 6, 4, 2048, 1e-6f, new Rope.Default(10000), false, 0.02f, DType.F32));
        assertThat(parse(SMALL).specialIds()).isEqualTo(SpecialIds.NONE);
    }

    @Test
    void nullMeansMissing() {
        var config = parse(with(
                "num_key_value_heads",
                "null",
                "head_dim",
                "null",
                "rope_scaling",
                "null",
                "torch_dtype",
                "null",
                "quantization_config",
                "null",
                "attention_bias",
                "null",
                "eos_token_id",
                "null"));
        assertThat(config.config()).isEqualTo(parse(SMALL).config());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    {"rope_theta": 5e5};                                                              500000
                    {"rope_parameters": {"rope_theta": 7, "rope_type": "default"}};                   7
                    {"rope_theta": 5, "rope_parameters": {"rope_theta": 7}};                          7
                    {"rope_theta": 5, "rope_parameters": {"rope_type": "default"}};                   5
                    {"rope_theta": 5, "rope_scaling": {"type": "default"}};                           5
                    {"rope_theta": 5, "rope_scaling": {}, "rope_parameters": {"rope_theta": 6}};      6
                    """)
    void thetaIsReadInTheOrderOfTransformers(String json, double theta) {
        assertThat(parse(merged(json)).config().rope()).isEqualTo(new Rope.Default(theta));
    }

    @Test
    void llama3ScalingReadsTheOldKeyAndDefaultsToTheModelsPositions() {
        var config = parse(merged("""
                {"rope_scaling": {"type": "llama3", "factor": 32, "low_freq_factor": 1, "high_freq_factor": 4},
                 "max_position_embeddings": 512}"""));
        assertThat(config.config().rope()).isEqualTo(new Rope.Llama3(10000, 32, 1, 4, 512));
    }

    @Test
    void specialIdsMayBeOneSeveralOrNone() {
        var ids = parse(with("bos_token_id", "1", "eos_token_id", "[2, 7]", "pad_token_id", "-1"))
                .specialIds();
        assertThat(ids).isEqualTo(new SpecialIds(OptionalInt.of(1), List.of(2, 7), OptionalInt.empty()));
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("model_type", "\"mistral\"", "model_type is \"mistral\", which is not supported"),
                Arguments.of("architectures", "[\"Qwen2ForCausalLM\"]", "architectures is [\"Qwen2ForCausalLM\"]"),
                Arguments.of("architectures", "\"LlamaForCausalLM\"", "must be a list of strings"),
                Arguments.of("hidden_act", "\"gelu\"", "hidden_act is \"gelu\", which is not supported"),
                Arguments.of("attention_bias", "true", "attention_bias is true, which is not supported"),
                Arguments.of("mlp_bias", "true", "mlp_bias is true, which is not supported"),
                Arguments.of("quantization_config", "{\"quant_method\": \"awq\"}", "quantization_config is"),
                Arguments.of("attention_dropout", "0.1", "attention_dropout is 0.1"),
                Arguments.of("rope_scaling", "{\"type\": \"linear\", \"factor\": 2}", "type is \"linear\""),
                Arguments.of("rope_scaling", "{\"rope_type\": \"dynamic\", \"factor\": 2}", "rope_type is \"dynamic\""),
                Arguments.of("rope_parameters", "{\"rope_type\": \"yarn\", \"factor\": 2}", "rope_type is \"yarn\""),
                Arguments.of("rope_parameters", "{\"rope_type\": \"longrope\"}", "rope_type is \"longrope\""),
                Arguments.of("rope_scaling", "{\"rope_type\": \"llama3\"}", "low_freq_factor is missing"),
                Arguments.of("rope_scaling", "2", "rope_scaling is 2 (an integer); it must be an object"),
                Arguments.of("rope_theta", "0", "rope_theta is 0"),
                Arguments.of("partial_rotary_factor", "0.5", "partial_rotary_factor is 0.5"),
                Arguments.of("hidden_size", "\"24\"", "hidden_size is \"24\" (a string); it must be an integer"),
                Arguments.of("hidden_size", "24.0", "hidden_size is 24.0 (a floating-point number)"),
                Arguments.of("hidden_size", "25", "hidden_size 25 is not a multiple of num_attention_heads 6"),
                Arguments.of("hidden_size", "18", "the head size 3 is odd"),
                Arguments.of("head_dim", "5", "the head size 5 is odd"),
                Arguments.of("head_dim", "2147483646", "exceeds 2147483647"),
                Arguments.of("vocab_size", "null", "vocab_size is missing"),
                Arguments.of("vocab_size", "0", "vocab_size is 0"),
                Arguments.of("vocab_size", "99999999999", "vocab_size is 99999999999"),
                Arguments.of("num_hidden_layers", "-3", "num_hidden_layers is -3"),
                Arguments.of("num_hidden_layers", "2000000000", "must be at most 10000"),
                Arguments.of("num_hidden_layers", "true", "num_hidden_layers is true (a boolean)"),
                Arguments.of("num_key_value_heads", "4", "num_key_value_heads 4 does not divide num_attention_heads 6"),
                Arguments.of("rms_norm_eps", "\"1e-5\"", "rms_norm_eps is \"1e-5\" (a string)"),
                Arguments.of("rms_norm_eps", "-1e-5", "rms_norm_eps is"),
                Arguments.of("tie_word_embeddings", "1", "tie_word_embeddings is 1 (an integer); it must be true or"),
                Arguments.of("torch_dtype", "\"float8_e4m3fn\"", "torch_dtype is \"float8_e4m3fn\""),
                Arguments.of("dtype", "16", "dtype is 16 (an integer); it must be a string"),
                Arguments.of("eos_token_id", "\"</s>\"", "eos_token_id is \"</s>\""));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("bad")
    void invalidFieldIsNamed(String key, String value, String message) {
        assertThatThrownBy(() -> parse(with(key, value)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining(message)
                .hasMessageContaining("config.json");
    }

    @Test
    void invalidConfigurationIsRefused() {
        assertThatThrownBy(() -> parse("{\"a\": "))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("not valid JSON");
        assertThatThrownBy(() -> parse("{}")).hasMessageContaining("has neither model_type nor architectures");
        assertThatThrownBy(() -> parse("\ufeff" + SMALL)).hasMessageContaining("byte order mark");
    }

    @Test
    void onlyTheDtypeChangesInTheText() {
        String text = """
                { "vocab_size" :100, "hidden_size": 24, "ünknown": {"dtype": "float64", "x": [1e-05, "}"]},
                \t"torch_dtype": "bfloat16", "intermediate_size": 48,
                  "num_hidden_layers": 3, "num_attention_heads": 6, "model_type": "llama", "dtype":null }
                """;
        var changed = parse(text).withDType(DType.F32);
        assertThat(changed.text())
                .isEqualTo(text.replace("\"bfloat16\"", "\"float32\"").replace("null", "\"float32\""));
        assertThat(changed.config().dtype()).isEqualTo(DType.F32);
    }

    @Test
    void missingDtypeIsAdded() {
        var changed = parse(SMALL).withDType(DType.BF16);
        assertThat(parse(changed.text()).config().dtype()).isEqualTo(DType.BF16);
        assertThat(changed.text()).endsWith(SMALL.substring(1));
    }

    @ParameterizedTest
    @FieldSource("FIXTURES")
    void newFileIsReadBackEqual(String name) {
        var read = ConfigFile.read(Fixtures.model(name).resolve("config.json"));
        var ids = new SpecialIds(OptionalInt.of(1), List.of(2, 3), OptionalInt.empty());
        var fresh = ConfigFile.of(read.config(), ids);
        assertThat(parse(fresh.text())).isEqualTo(fresh);
        assertThat(fresh.config()).isEqualTo(read.config());
        assertThat(fresh.text()).containsPattern("\"rms_norm_eps\": 1.0E-[56]");
    }

    private static String with(String... keysAndValues) {
        var json = new StringBuilder("{");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            json.append(i > 0 ? "," : "")
                    .append('"')
                    .append(keysAndValues[i])
                    .append("\":")
                    .append(keysAndValues[i + 1]);
        }
        return merged(json.append('}').toString());
    }

    /** {@link #SMALL} with the keys of {@code json} added or replaced. */
    private static String merged(String json) {
        ObjectNode config = object(SMALL);
        config.setAll(object(json));
        return config.toString();
    }

    private static ObjectNode object(String json) {
        return StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), "test");
    }

    private static ConfigFile parse(String text) {
        return ConfigFile.parse(text, "config.json");
    }
}
