package org.halftune.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Rope;
import org.halftune.tensor.DType;

/**
 * Shapes of models and batches that are measured: a toy, a small model with a large vocabulary, SmolLM2-135M, Llama-3.2-1B,
 * Llama-3.1-8B. The Llamas are without the scaling of their rotary embeddings, which costs nothing in a step.
 */
public enum Preset {
    TINY(config(512, 64, 172, 5, 8, 4, false), 8, 256),
    SMALL(config(32_000, 288, 768, 6, 6, 6, false), 4, 256),
    SMOLLM2_135M(config(49_152, 576, 1536, 30, 9, 3, true), 1, 256),
    LLAMA_3_2_1B(llama3(2048, 8192, 16, 64, true), 4, 2048),
    LLAMA_3_1_8B(llama3(4096, 14_336, 32, 128, false), 4, 2048);

    private final LlamaConfig config;
    private final int sequences;
    private final int length;

    Preset(LlamaConfig config, int sequences, int length) {
        this.config = config;
        this.sequences = sequences;
        this.length = length;
    }

    private static LlamaConfig config(
            int vocabulary, int hidden, int intermediate, int layers, int heads, int keyValueHeads, boolean tied) {
        return new LlamaConfig(
                vocabulary,
                hidden,
                intermediate,
                layers,
                heads,
                keyValueHeads,
                hidden / heads,
                256,
                1e-6f,
                new Rope.Default(10_000),
                tied,
                0.02f,
                DType.F32);
    }

    private static LlamaConfig llama3(int hidden, int intermediate, int layers, int headSize, boolean tied) {
        var rope = new Rope.Default(500_000);
        return new LlamaConfig(
                128_256, hidden, intermediate, layers, 32, 8, headSize, 2048, 1e-5f, rope, tied, 0.02f, DType.F32);
    }

    /**
     * By name, in any case, with any of {@code -._} between its words: {@code llama-3.2-1b}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Preset named(String name) {
        var wanted = name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
        for (var preset : values()) if (preset.name().equals(wanted)) return preset;
        throw new IllegalArgumentException("no preset " + name + "; there are " + Arrays.toString(values()));
    }

    public LlamaConfig config() {
        return config;
    }

    /** Sequences in a batch. */
    public int sequences() {
        return sequences;
    }

    /** Tokens in a sequence. */
    public int length() {
        return length;
    }

    public int tokens() {
        return sequences * length;
    }
}
