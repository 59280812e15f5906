package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.halftune.data.Truncation;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Preferring.LossType;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.jspecify.annotations.Nullable;

/** The flags of preference optimization, with the names and defaults of TRL's {@code DPOConfig}. */
final class DpoFlags {
    /** Of TRL. */
    static final double LEARNING_RATE = 1e-6;

    private static final String REFERENCE = "ref_model_name_or_path";

    private double beta = 0.1;
    private LossType lossType = LossType.SIGMOID;
    private double labelSmoothing;
    private boolean precompute;
    private @Nullable Integer precomputeBatchSize;
    private @Nullable Path referenceModel;

    FlagGroup preferring() {
        return FlagGroup.of(
                "Preference",
                Flag.real("beta", beta, v -> beta = v, "how strongly the model is kept near the reference; τ of ipo"),
                lossType(),
                Flag.real(
                        "label_smoothing",
                        labelSmoothing,
                        v -> labelSmoothing = v,
                        "share of pairs whose answers are swapped, below 0.5; for --loss_type robust"),
                precompute(),
                Flag.integer(
                        "precompute_ref_batch_size",
                        null,
                        v -> precomputeBatchSize = v,
                        "pairs per batch of the reference before the training [those of the training's batches]"),
                Flag.path(
                        REFERENCE,
                        "FOLDER",
                        v -> referenceModel = v,
                        "reference model, of the same shape [the model before the first step, of which frozen matrices are shared]"));
    }

    /** Those that do not name another reference model. */
    List<Flag> ofBase() {
        return preferring().flags().stream()
                .filter(flag -> !flag.name().equals(REFERENCE))
                .toList();
    }

    private Flag lossType() {
        // TRL's is a list, of which more than one are combined: an error here.
        return new Flag(
                "loss_type",
                EnumNames.all(LossType.class).replace(", ", "|"),
                "loss of a pair: DPO, SLiC, IPO, or DPO robust to swapped answers",
                EnumNames.of(lossType),
                Flag.Arity.MANY,
                List.of(),
                values -> lossType = lossType(values));
    }

    private static LossType lossType(List<String> values) {
        if (values.size() > 1) {
            throw new InputError(
                    "--loss_type " + String.join(" ", values) + " names " + values.size()
                            + " losses, which are not combined",
                    "",
                    "give one of " + EnumNames.all(LossType.class));
        }
        var value = values.getFirst();
        return EnumNames.parse(LossType.class, value)
                .orElseThrow(() -> Flag.refused("loss_type", value, "choose from " + EnumNames.all(LossType.class)));
    }

    Flag precompute() {
        return Flag.toggle(
                "precompute_ref_log_probs",
                v -> precompute = v,
                "run the reference over all pairs before the training, and keep no copy of it");
    }

    boolean precomputes() {
        return precompute;
    }

    /** The arguments, checked. */
    Preferring arguments() {
        return new Preferring(
                lossType,
                beta,
                labelSmoothing,
                precompute,
                precomputeBatchSize == null ? OptionalInt.empty() : OptionalInt.of(precomputeBatchSize),
                Optional.ofNullable(referenceModel));
    }

    /** @throws InputError if a row cannot stay one pair */
    static void check(TrainingArgumentsBuilder form) {
        if (form.truncationMode != Truncation.SPLIT) return;
        throw new InputError(
                "--truncation_mode split would cut a pair into several rows", "", "use keep_start or keep_end");
    }
}
