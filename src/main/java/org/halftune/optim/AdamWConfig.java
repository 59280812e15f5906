package org.halftune.optim;

import org.halftune.tensor.DType;

/**
 * AdamW's constants, and in how many bits it keeps its state.
 *
 * @param weightDecay λ, applied to matrices and never to norms
 * @param precision matters where weights are not stored in fp32
 */
public record AdamWConfig(double beta1, double beta2, double epsilon, double weightDecay, Precision precision) {

    /**
     * What the optimizer keeps for each trainable element. The default is 12 bytes: two moments and a master.
     *
     * @param moments F32, or BF16 to save 4 bytes
     * @param stochasticRounding no fp32 masters, which saves 4 bytes: each step rounds the weight up or down by chance, so
     *     that steps smaller than the rounding arrive on average
     * @param seed of that chance
     */
    public record Precision(DType moments, boolean stochasticRounding, long seed) {
        public static final Precision FULL = new Precision(DType.F32, false, 0);

        public Precision {
            if (moments != DType.F32 && moments != DType.BF16) {
                throw new IllegalArgumentException("moments in " + moments);
            }
        }

        boolean keepsAllBits() {
            return moments == DType.F32 && !stochasticRounding;
        }
    }

    public AdamWConfig(double beta1, double beta2, double epsilon, double weightDecay) {
        this(beta1, beta2, epsilon, weightDecay, Precision.FULL);
    }
}
