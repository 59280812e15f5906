package org.halftune.train.arguments;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.halftune.problem.InputError;

/**
 * The arguments of preference optimization, with the names and defaults of TRL's {@code DPOConfig}.
 *
 * @param lossType {@code --loss_type}
 * @param beta {@code --beta}: how strongly the model is kept near the reference; τ of IPO
 * @param labelSmoothing {@code --label_smoothing}: the share of pairs whose sides are swapped, for robust
 * @param precompute {@code --precompute_ref_log_probs}: run the reference over all rows before the training
 * @param precomputeBatchSize {@code --precompute_ref_batch_size}: pairs per batch of it; empty: as in training
 * @param referenceModel {@code --ref_model_name_or_path}: a folder; empty: the model as it is before the first step
 */
public record Preferring(
        LossType lossType,
        double beta,
        double labelSmoothing,
        boolean precompute,
        OptionalInt precomputeBatchSize,
        Optional<Path> referenceModel) {

    /** {@code --loss_type}. */
    public enum LossType {
        SIGMOID,
        HINGE,
        IPO,
        ROBUST
    }

    public Preferring {
        if (!(beta > 0) || Double.isInfinite(beta)) throw Ranges.refused("beta", beta, "give a number above 0");
        if (!(labelSmoothing >= 0 && labelSmoothing < 0.5)) {
            throw Ranges.refused("label_smoothing", labelSmoothing, "give a share of at least 0 and below 0.5");
        }
        if (labelSmoothing > 0 && lossType != LossType.ROBUST) {
            throw new InputError(
                    "--label_smoothing has no effect with --loss_type " + EnumNames.of(lossType),
                    "",
                    "use --loss_type robust, or leave it out");
        }
        precomputeBatchSize.ifPresent(pairs -> {
            Ranges.atLeast("precompute_ref_batch_size", 1, pairs);
            if (!precompute) {
                throw new InputError(
                        "--precompute_ref_batch_size has no effect without --precompute_ref_log_probs",
                        "",
                        "add --precompute_ref_log_probs, or leave it out");
            }
        });
    }
}
