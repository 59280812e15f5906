package org.halftune.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.halftune.console.Amounts;
import org.halftune.model.LlamaConfig;
import org.halftune.plan.StepKind;
import org.halftune.plan.StepKind.Preferences;
import org.halftune.plan.StepKind.ReferenceModel;
import org.halftune.train.arguments.NoEffect;
import org.halftune.train.preference.ReferenceShape;
import org.jspecify.annotations.Nullable;

/** {@code plan --dpo}: a step of preference optimization. */
final class PlanDpo {
    /** A recipe of {@code dpo} sets it. */
    static final String FLAG = "dpo";

    private static final NoEffect WITHOUT = new NoEffect("it is for --dpo", "add --dpo");

    private boolean asked;
    private boolean precompute;
    private @Nullable Path referenceModel;

    FlagGroup group() {
        return FlagGroup.of(
                "Preference tuning",
                Flag.toggle(
                        FLAG,
                        v -> asked = v,
                        "plan halftune dpo: a row is a pair, two sequences of max_length tokens. A recipe of dpo sets it"),
                Flag.toggle(
                        "precompute_ref_log_probs",
                        v -> precompute = v,
                        "the reference runs over all pairs before the training, and no copy of it is kept"),
                Flag.path(
                        "ref_model_name_or_path",
                        "PATH",
                        v -> referenceModel = v,
                        "another reference model, all of which is copied: a folder, or a config.json [the base model, of which"
                                + " frozen matrices are shared]"));
    }

    Map<String, NoEffect> withoutEffect() {
        var idle = new LinkedHashMap<String, NoEffect>();
        if (asked) return idle;
        if (precompute) idle.put("precompute_ref_log_probs", WITHOUT);
        if (referenceModel != null) idle.put("ref_model_name_or_path", WITHOUT);
        return idle;
    }

    /**
     * The step of {@code --dpo}; empty without it.
     *
     * @throws org.halftune.problem.InputError if the reference model has another shape
     */
    Optional<StepKind> kind(LlamaConfig config) {
        if (!asked) return Optional.empty();
        var other = referenceModel;
        if (other != null) ReferenceShape.require(PlanCommand.config(other), config, other);
        return Optional.of(new Preferences(
                precompute
                        ? ReferenceModel.PRECOMPUTED
                        : other != null ? ReferenceModel.OTHER : ReferenceModel.SHARED));
    }

    /** @param secondsOfPair of the reference before the first step; empty: no times are predicted */
    static List<String> notes(StepKind kind, OptionalDouble secondsOfPair) {
        if (!(kind instanceof Preferences(var reference))) return List.of();
        var notes = new ArrayList<String>();
        var time = secondsOfPair.isPresent()
                ? ", " + Amounts.duration(thousandPairs(secondsOfPair.getAsDouble()))
                        + " for 1,000 pairs of this length"
                : "";
        notes.add(
                reference == ReferenceModel.PRECOMPUTED
                        ? "The reference runs once over all pairs before the first step" + time
                                + ". The step does not include it."
                        : "With --precompute_ref_log_probs the reference would run once over all pairs before the first step"
                                + time + ", and a step would have neither its memory nor its time.");
        if (secondsOfPair.isPresent()) {
            notes.add(
                    "Every token counts as one of an answer. Those of a prompt do not go through the output head, so steps with"
                            + " prompts take less time. No step of preferences was measured.");
        }
        return notes;
    }

    private static Duration thousandPairs(double secondsOfPair) {
        return Duration.ofNanos(Math.round(1000 * secondsOfPair * 1e9));
    }
}
