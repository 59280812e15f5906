package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Generation with a cache sees what the whole sequence would see. */
class DecoderTest {
    private final Backend backend = CpuBackend.open(2);

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void logitsAfterEachTokenAreThoseOfTheWholeSequence() {
        for (int seed = 0; seed < 10; seed++) {
            var random = new Random(seed);
            var model = RandomModel.draw(random);
            int rows = 1 + random.nextInt(4), longest = 20, v = model.config().vocabSize();
            try (var weights = model.on(backend);
                    var parameters = Parameters.of(backend, weights);
                    var llama = new Llama(backend, parameters, new Capacity(longest, 1), Recomputation.NONE);
                    var decoder = new Decoder(backend, parameters, rows, longest)) {
                for (int round = 0; round < 2; round++) { // a second prefill starts anew
                    var texts = new ArrayList<int[]>();
                    for (int i = 0; i < rows; i++)
                        texts.add(random.ints(1 + random.nextInt(8), 0, v).toArray());
                    decoder.prefill(texts);
                    var logits = decoder.logits().toFloats();
                    for (int i = 0; i < rows; i++) assertSame(llama, texts.get(i), logits, i, v);
                    for (int step = 0; step < 8; step++) {
                        var chosen = random.ints(0, rows)
                                .distinct()
                                .limit(1 + random.nextInt(rows))
                                .toArray();
                        var next = random.ints(chosen.length, 0, v).toArray();
                        decoder.step(chosen, next);
                        logits = decoder.logits().toFloats();
                        for (int i = 0; i < chosen.length; i++) {
                            texts.set(chosen[i], append(texts.get(chosen[i]), next[i]));
                            assertSame(llama, texts.get(chosen[i]), logits, i, v);
                            assertThat(decoder.length(chosen[i])).isEqualTo(texts.get(chosen[i]).length);
                        }
                    }
                }
            }
        }
    }

    private static int[] append(int[] ids, int id) {
        var longer = Arrays.copyOf(ids, ids.length + 1);
        longer[ids.length] = id;
        return longer;
    }

    private static void assertSame(Llama llama, int[] text, float[] logits, int row, int v) {
        var whole = llama.logits(Batch.of(List.of(text))).toFloats();
        for (int i = 0; i < v; i++) {
            assertThat(logits[row * v + i]).isCloseTo(whole[(text.length - 1) * v + i], within(2e-5f));
        }
    }

    /** More prompt tokens than pass through at a time. */
    @Test
    void manyPromptsAreReadInParts() {
        var random = new Random(1);
        var model = RandomModel.small(true, random); // 128 positions
        var prompts = new ArrayList<int[]>();
        for (int i = 0; i < 12; i++) prompts.add(random.ints(128 - 3 * i, 0, 37).toArray());
        try (var weights = model.on(backend);
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, new Capacity(128, 1), Recomputation.NONE);
                var decoder = new Decoder(backend, parameters, 12, 128)) {
            decoder.prefill(prompts);
            var logits = decoder.logits().toFloats();
            for (int i = 0; i < 12; i++) assertSame(llama, prompts.get(i), logits, i, 37);
        }
    }

    @Test
    void tooManyTokensAreAnErrorThatLeavesTheCacheUnchanged() {
        var model = RandomModel.small(false, new Random(2));
        try (var weights = model.on(backend);
                var parameters = Parameters.of(backend, weights);
                var decoder = new Decoder(backend, parameters, 1, 3)) {
            decoder.prefill(List.of(new int[] {1, 2, 3}));
            assertThatThrownBy(() -> decoder.step(new int[] {0}, new int[] {4})).hasMessageContaining("3 positions");
            assertThat(decoder.length(0)).isEqualTo(3);
            assertThatThrownBy(() -> decoder.prefill(List.of(new int[] {1}, new int[] {1})))
                    .hasMessageContaining("2 prompts");
            assertThatThrownBy(() -> decoder.prefill(List.of(new int[] {37}))).hasMessageContaining("37");
        }
    }
}
