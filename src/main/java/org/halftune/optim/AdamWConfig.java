package org.halftune.optim;

import java.util.Optional;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;

/**
 * AdamW's constants, and in how many bits it keeps its state.
 *
 * @param weightDecay λ, applied to matrices and never to norms
 * @param maxGradNorm gradients are scaled down to this global norm; 0: never
 * @param precision matters where weights are not stored in fp32
 */
public record AdamWConfig(
        double beta1, double beta2, double epsilon, double weightDecay, double maxGradNorm, Precision precision) {

    /**
     * What the optimizer keeps for each trainable element, 12 bytes by default: two moments and a master. And how it rounds the
     * weight, which must not lose steps that are smaller than what bfloat16 can hold.
     *
     * @param moments F32, or BF16 to save 4 bytes
     * @param masters whether there is an fp32 master, of which the weight is the rounding; without, 4 bytes less, the weight
     *     itself is stepped and rounded
     * @param asked how the weight is rounded, if given; empty: {@link Rounding#STOCHASTIC} where there is something
     *     to round
     * @param seed of stochastic rounding
     */
    public record Precision(DType moments, boolean masters, Optional<Rounding> asked, long seed) {
        public static final Precision FULL = new Precision(DType.F32, true, Optional.empty(), 0);

        public Precision {
            if (moments != DType.F32 && moments != DType.BF16) {
                throw new IllegalArgumentException("moments in " + moments);
            }
        }

        public Rounding rounding() {
            return asked.orElse(Rounding.STOCHASTIC);
        }

        /** Whether fp32 weights could do what is asked. */
        boolean keepsAllBits() {
            return moments == DType.F32 && masters && asked.isEmpty();
        }
    }

    /** In full precision. */
    public AdamWConfig(double beta1, double beta2, double epsilon, double weightDecay, double maxGradNorm) {
        this(beta1, beta2, epsilon, weightDecay, maxGradNorm, Precision.FULL);
    }
}
