package org.halftune.train.arguments;

import java.nio.file.Path;
import java.util.Optional;
import org.halftune.problem.InputError;

/**
 * Which matrices are trained in this round.
 *
 * @param method {@code --method}: train half of the matrices, or all
 * @param strategy {@code --hft_strategy}: how the half is selected
 * @param ratio {@code --hft_ratio}: the fraction to train, in (0, 1]
 * @param seed {@code --hft_seed}: seed of the selection, together with the round; default: the run's {@code --seed}
 * @param round {@code --hft_round}, from 0
 * @param file {@code --selection}: a {@code selection.json} to use instead of a random selection
 */
public record Selecting(
        Method method,
        HftStrategy strategy,
        double ratio,
        long seed,
        int round,
        boolean freezeEmbeddings,
        boolean freezeLmHead,
        boolean freezeFinalNorm,
        Optional<Path> file) {

    public Selecting {
        Ranges.share("hft_ratio", ratio);
        Ranges.atLeast("hft_round", 0, round);
        if (method == Method.FFT && file.isPresent()) {
            throw new InputError(
                    "--method fft trains every matrix, but --selection lists some",
                    "",
                    "leave --selection out, or use --method hft");
        }
    }

    /** Train half of the matrices (the paper's method) or all. */
    public enum Method {
        HFT,
        FFT
    }

    /** From what the learning half is drawn: every category of every layer, whole layers, or the whole model. */
    public enum HftStrategy {
        CATEGORY,
        LAYER,
        MODEL
    }
}
