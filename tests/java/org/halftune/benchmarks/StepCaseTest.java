package org.halftune.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What JMH's parameters mean. */
class StepCaseTest {
    private static final Map<String, String> USUAL = words("preset", "TINY", "method", "HFT");

    /** The defaults of the benchmark, with other words for some. */
    static Map<String, String> words(String... others) {
        var words = new HashMap<String, String>();
        TrainingStepBenchmark.parameters().forEach((name, values) -> words.put(name, values.getFirst()));
        for (int i = 0; i < others.length; i += 2) words.put(others[i], others[i + 1]);
        return words;
    }

    private static Map<String, String> with(String name, String word) {
        var words = new HashMap<>(USUAL);
        words.put(name, word);
        return words;
    }

    @Test
    void shapeIsThePresetsUnlessGiven() {
        var usual = StepCase.of(USUAL);
        assertThat(usual.tokens()).isEqualTo(8 * 256);
        assertThat(usual.length()).isEqualTo(256);
        assertThat(StepCase.of(with("tokens", "512")).tokens()).isEqualTo(512);
        assertThat(StepCase.of(with("preset", "llama-3.1-8b")).preset()).isEqualTo(Preset.LLAMA_3_1_8B);
    }

    /** 8,030,261,248 parameters: the published count of Llama-3.1-8B. */
    @Test
    void largestPresetIsLlama8B() {
        assertThat(ParameterSpec.all(Preset.LLAMA_3_1_8B.config()).stream()
                        .mapToLong(ParameterSpec::elements)
                        .sum())
                .isEqualTo(8_030_261_248L);
    }

    @Test
    void frozenIsWhatIsNamed() {
        var embeddings = "model.embed_tokens.weight";
        var head = "lm_head.weight";
        assertThat(StepCase.of(USUAL).trainable()).contains(embeddings, head);
        assertThat(StepCase.of(with("frozen", "embeddings")).trainable())
                .contains(head)
                .doesNotContain(embeddings);
        assertThat(StepCase.of(with("frozen", "embeddings+head")).trainable()).doesNotContain(embeddings, head);
        assertThat(elements(StepCase.of(with("ratio", "0.25")).trainable()))
                .isLessThan(elements(StepCase.of(USUAL).trainable()));
    }

    private static long elements(Set<String> names) {
        return ParameterSpec.all(Preset.TINY.config()).stream()
                .filter(spec -> names.contains(spec.name()))
                .mapToLong(ParameterSpec::elements)
                .sum();
    }

    @Test
    void momentsAndMastersSetTheOptimizerState() {
        assertThat(StepCase.of(USUAL).adamW()).isEqualTo(TrainingStep.ADAM_W);
        assertThat(StepCase.of(with("moments", "bfloat16")).adamW().precision().moments())
                .isEqualTo(DType.BF16);
        assertThat(StepCase.of(with("masters", "none")).adamW()).isNotEqualTo(TrainingStep.ADAM_W);
    }

    @ParameterizedTest
    @CsvSource({
        "preset, LLAMA_4, LLAMA_3_1_8B",
        "method, LORA, FFT",
        "strategy, some, category",
        "ratio, 2, 0.5",
        "frozen, layers, embeddings+head",
        "moments, float16, bfloat16",
        "masters, bfloat16, none",
        "recompute, all, auto",
        "tokens, many, number",
        "ratio, half, number",
        "threads, 0, whole",
        "threads, auto, whole"
    })
    void unknownWordIsAnErrorThatNamesTheKnown(String name, String word, String named) {
        assertThatThrownBy(() -> StepCase.of(with(name, word)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining(named)
                .satisfies(e -> assertThat(((InputError) e).fix()).isNotEmpty());
    }

    @Test
    void fullFineTuningStandsOnceForAllStrategies() {
        var parameters = TrainingStepBenchmark.parameters();
        parameters.replaceAll((_, values) -> List.of(values.getFirst()));
        parameters.put("tokens", List.of("256", "512"));
        parameters.put("method", List.of("FFT", "HFT"));
        parameters.put("strategy", List.of("category", "layer", "model"));
        parameters.put("frozen", List.of("none", "embeddings"));
        var combinations = Combinations.of(parameters);
        assertThat(combinations).hasSize(2);
        for (var shape : combinations) {
            assertThat(shape.methods().stream().map(words -> words.get("method")))
                    .containsExactlyElementsOf(Stream.concat(
                                    Stream.of("FFT"),
                                    Stream.generate(() -> "HFT").limit(6))
                            .collect(Collectors.toList()));
            shape.methods().forEach(StepCase::of);
        }
    }
}
