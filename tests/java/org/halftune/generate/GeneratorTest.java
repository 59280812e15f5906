package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.Rope;
import org.halftune.model.Weights;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With random weights no token dominates, so each choice depends on all earlier ones. */
class GeneratorTest {
    private static final int POSITIONS = 48;
    private static final LlamaConfig CONFIG =
            new LlamaConfig(97, 32, 48, 3, 4, 2, 8, POSITIONS, 1e-5f, new Rope.Default(10_000), true, 0.3f, DType.F32);
    private static final StopConditions TWELVE = new StopConditions(12, Set.of());
    private static final Sampling GREEDY = new Sampling.Greedy();

    private static Backend backend;
    private static Weights weights;
    private static Parameters parameters;

    @BeforeAll
    static void open() {
        backend = CpuBackend.open(2);
        weights = Weights.random(backend, CONFIG, Set.of(), 7);
        parameters = Parameters.of(backend, weights);
    }

    @AfterAll
    static void close() {
        parameters.close();
        weights.close();
        backend.close();
    }

    @Test
    void cachedDecodingEqualsFullForwardPasses() {
        var prompts = prompts(6);
        var completions = generator(4).generate(prompts, GREEDY, TWELVE, TokenListener.SILENT);

        for (int i = 0; i < prompts.size(); i++) {
            assertThat(completions.get(i).tokens()).containsExactly(uncached(prompts.get(i), 12));
            assertThat(completions.get(i).reason()).isEqualTo(FinishReason.LENGTH);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 64})
    void batchSizeDoesNotChangeGreedyOrSampledText(int batchSize) {
        var prompts = prompts(9);
        for (var sampling : List.of(GREEDY, Sampling.of(1.3, 0.9, LogitRules.NONE, 11))) {
            var alone = generator(1).generate(prompts, sampling, TWELVE, TokenListener.SILENT);
            var together = generator(batchSize).generate(prompts, sampling, TWELVE, TokenListener.SILENT);
            for (int i = 0; i < prompts.size(); i++) {
                assertThat(together.get(i).tokens())
                        .containsExactly(alone.get(i).tokens());
            }
        }
    }

    @Test
    void sameSeedGivesTheSameTextAndAnotherADifferentOne() {
        var prompts = prompts(3);
        assertThat(flat(prompts, Sampling.of(1, 1, LogitRules.NONE, 1)))
                .isEqualTo(flat(prompts, Sampling.of(1, 1, LogitRules.NONE, 1)));
        assertThat(flat(prompts, Sampling.of(1, 1, LogitRules.NONE, 1)))
                .isNotEqualTo(flat(prompts, Sampling.of(1, 1, LogitRules.NONE, 2)));
    }

    @Test
    void equalPromptsAreSampledDifferently() {
        int[] prompt = {1, 2, 3};
        var completions = generator(8)
                .generate(List.of(prompt, prompt), Sampling.of(1, 1, LogitRules.NONE, 1), TWELVE, TokenListener.SILENT);
        assertThat(completions.get(0).tokens()).isNotEqualTo(completions.get(1).tokens());
    }

    @Test
    void endTokenEndsOnlyItsSequenceAndIsNotContent() {
        var prompts = prompts(5);
        var free = generator(5).generate(prompts, GREEDY, TWELVE, TokenListener.SILENT);
        int end = free.get(2).tokens()[3];

        var ended = generator(5).generate(prompts, GREEDY, new StopConditions(12, Set.of(end)), TokenListener.SILENT);

        for (int i = 0; i < prompts.size(); i++) {
            int[] whole = free.get(i).tokens();
            int at = indexOf(whole, end);
            int[] expected = at < 0 ? whole : Arrays.copyOf(whole, at + 1);
            assertThat(ended.get(i).tokens()).containsExactly(expected);
            assertThat(ended.get(i).reason()).isEqualTo(at < 0 ? FinishReason.LENGTH : FinishReason.END_TOKEN);
            assertThat(StreamedText.content(ended.get(i))).containsExactly(at < 0 ? whole : Arrays.copyOf(whole, at));
        }
    }

    @Test
    void listenerReceivesEveryTokenAndMayEndASequence() {
        var prompts = prompts(4);
        var heard = new ArrayList<List<Integer>>();
        for (int i = 0; i < prompts.size(); i++) heard.add(new ArrayList<>());

        var completions = generator(3).generate(prompts, GREEDY, TWELVE, (prompt, token) -> {
            heard.get(prompt).add(token);
            return prompt != 1 || heard.get(1).size() < 5;
        });

        for (int i = 0; i < prompts.size(); i++) {
            assertThat(heard.get(i))
                    .containsExactlyElementsOf(boxed(completions.get(i).tokens()));
            assertThat(completions.get(i).tokens()).hasSize(i == 1 ? 5 : 12);
        }
        assertThat(completions.get(1).reason()).isEqualTo(FinishReason.LISTENER);
    }

    @Test
    void generationStopsAtTheLastPosition() {
        int[] prompt = prompt(new Random(1), POSITIONS - 3);
        var completion = generator(1)
                .generate(List.of(prompt), GREEDY, TWELVE, TokenListener.SILENT)
                .getFirst();
        assertThat(completion.tokens()).hasSize(3);
        assertThat(completion.reason()).isEqualTo(FinishReason.POSITIONS);
    }

    @Test
    void invalidPromptsAreNamed() {
        int[] good = {1};
        assertThatThrownBy(() -> generate(good, new int[POSITIONS]))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("prompt 2")
                .hasMessageContaining("48 positions");
        assertThatThrownBy(() -> generate(good, good, new int[0]))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("prompt 3");
        assertThatThrownBy(() -> generate(new int[] {97}))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("token id 97");
        assertThatThrownBy(() -> generate(new int[] {-1})).isInstanceOf(InputError.class);
    }

    @Test
    void noPromptsGiveNoCompletions() {
        assertThat(generator(4).generate(List.of(), GREEDY, TWELVE, TokenListener.SILENT))
                .isEmpty();
        assertThatThrownBy(() -> new StopConditions(0, Set.of())).isInstanceOf(InputError.class);
        assertThatThrownBy(() -> generator(0)).isInstanceOf(InputError.class);
    }

    @Test
    void cachesAreFreed() {
        long before = backend.memory().total();
        generate(prompts(4).toArray(int[][]::new));
        assertThat(backend.memory().total()).isEqualTo(before);
    }

    private static List<Completion> generate(int[]... prompts) {
        return generator(4).generate(List.of(prompts), GREEDY, TWELVE, TokenListener.SILENT);
    }

    private static List<Integer> flat(List<int[]> prompts, Sampling sampling) {
        return generator(4).generate(prompts, sampling, TWELVE, TokenListener.SILENT).stream()
                .flatMap(c -> boxed(c.tokens()).stream())
                .toList();
    }

    private static Generator generator(int batchSize) {
        return new Generator(backend, parameters, batchSize);
    }

    /** Greedy decoding with a full forward pass per token. */
    private static int[] uncached(int[] prompt, int count) {
        int[] all = prompt;
        try (var model = new Llama(backend, parameters, new Capacity(POSITIONS, 1), Recomputation.NONE)) {
            for (int i = 0; i < count; i++) {
                float[] logits = model.logits(Batch.of(List.of(all))).toFloats();
                float[] last = Arrays.copyOfRange(logits, (all.length - 1) * 97, all.length * 97);
                all = Arrays.copyOf(all, all.length + 1);
                all[all.length - 1] = argmax(last);
            }
        }
        return Arrays.copyOfRange(all, prompt.length, all.length);
    }

    private static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
        return best;
    }

    /** Prompts of different lengths, 1 to 24. */
    private static List<int[]> prompts(int count) {
        var random = new Random(5);
        var prompts = new ArrayList<int[]>();
        for (int i = 0; i < count; i++) prompts.add(prompt(random, 1 + (i * 11) % 24));
        return prompts;
    }

    private static int[] prompt(Random random, int length) {
        return random.ints(length, 0, 97).toArray();
    }

    private static int indexOf(int[] values, int wanted) {
        for (int i = 0; i < values.length; i++) if (values[i] == wanted) return i;
        return -1;
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
