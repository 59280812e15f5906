package org.halftune.backend;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Rounding;

/**
 * AdamW's per-step constants, each rounded once to fp32. They lie in device memory, thirteen words in this order, so that a captured
 * graph can be replayed with a new rate and step. The kernel's structure is in {@code adamw.cu}; {@code SharedLayoutTest} compares.
 *
 * @param rest1 1 − β₁
 * @param rest2 1 − β₂
 * @param rate η/(1 − β₁ᵗ)
 * @param root 1/√(1 − β₂ᵗ)
 * @param decay η·λ
 * @param maxNorm infinity: no clipping
 * @param step t
 * @param stochastic how weights in bfloat16 are rounded: 1 stochastically, 0 to nearest
 */
public record AdamWScalars(
        float beta1,
        float rest1,
        float beta2,
        float rest2,
        float rate,
        float root,
        float epsilon,
        float decay,
        float maxNorm,
        int seedLow,
        int seedHigh,
        int step,
        int stochastic) {
    /** How many words. */
    public static final int WORDS = 13;

    public static AdamWScalars of(AdamWStep step) {
        return new AdamWScalars(
                (float) step.beta1(),
                (float) (1 - step.beta1()),
                (float) step.beta2(),
                (float) (1 - step.beta2()),
                (float) (step.learningRate() / (1 - Math.pow(step.beta1(), step.step()))),
                (float) (1 / Math.sqrt(1 - Math.pow(step.beta2(), step.step()))),
                (float) step.epsilon(),
                (float) (step.learningRate() * step.weightDecay()),
                (float) step.maxGradientNorm(),
                (int) step.seed(),
                (int) (step.seed() >>> 32),
                step.step(),
                step.rounding() == Rounding.STOCHASTIC ? 1 : 0);
    }

    /** [13] I32. */
    public HostTensor words() {
        return HostTensor.of(new int[] {
            bits(beta1),
            bits(rest1),
            bits(beta2),
            bits(rest2),
            bits(rate),
            bits(root),
            bits(epsilon),
            bits(decay),
            bits(maxNorm),
            seedLow,
            seedHigh,
            step,
            stochastic
        });
    }

    /** What {@link #words} wrote, where the host can read it. */
    public static AdamWScalars read(MemorySegment words) {
        return new AdamWScalars(
                real(words, 0),
                real(words, 1),
                real(words, 2),
                real(words, 3),
                real(words, 4),
                real(words, 5),
                real(words, 6),
                real(words, 7),
                real(words, 8),
                whole(words, 9),
                whole(words, 10),
                whole(words, 11),
                whole(words, 12));
    }

    private static int bits(float value) {
        return Float.floatToRawIntBits(value);
    }

    private static float real(MemorySegment words, int i) {
        return words.getAtIndex(JAVA_FLOAT_UNALIGNED, i);
    }

    private static int whole(MemorySegment words, int i) {
        return words.getAtIndex(JAVA_INT_UNALIGNED, i);
    }
}
