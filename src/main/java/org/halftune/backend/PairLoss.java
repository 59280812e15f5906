package org.halftune.backend;

/**
 * The loss f of a preference pair, with r the log-probability of a completion by the model less that by a reference, and {@code x =
 * β·(r_chosen − r_rejected)}.
 *
 * @param beta β, above 0
 * @param smoothing ε of {@link Type#ROBUST}, the share of pairs whose sides are swapped, in [0, ½); 0 for the others
 */
public record PairLoss(Type type, double beta, double smoothing) {

    /** Which function. */
    public enum Type {
        /** Direct preference optimization (Rafailov et al. 2023, arXiv 2305.18290): {@code f = −log σ(x)}. */
        SIGMOID,
        /** SLiC (Zhao et al. 2023, arXiv 2305.10425): {@code f = max(0, 1 − x)}. */
        HINGE,
        /**
         * Identity preference optimization (Azar et al. 2023, arXiv 2310.12036, equation 17) on means over tokens, as its authors
         * confirmed to TRL: {@code f = (r_chosen/n_chosen − r_rejected/n_rejected − 1/(2β))²}.
         */
        IPO,
        /**
         * Robust DPO (Chowdhury et al. 2024, arXiv 2403.00409): {@code f = (−(1−ε)·log σ(x) + ε·log σ(−x))/(1−2ε)}, an unbiased
         * estimate of the sigmoid loss where a share ε of the pairs has its sides swapped.
         */
        ROBUST
    }

    public PairLoss {
        if (!(beta > 0) || !(smoothing >= 0 && smoothing < 0.5)) {
            throw new IllegalArgumentException("beta " + beta + ", label smoothing " + smoothing);
        }
    }
}
