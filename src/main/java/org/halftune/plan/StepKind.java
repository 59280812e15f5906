package org.halftune.plan;

import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.backend.PairLoss;
import org.halftune.console.Amounts;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightSource;
import org.halftune.objective.DirectPreference;
import org.halftune.objective.Objective;
import org.halftune.objective.Reference;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.plan.TrainingShape.Memories;

/** What a step trains on, and what it needs beside the model. */
public sealed interface StepKind {

    /** Rows of one sequence, with the memories of earlier tasks: {@code halftune train} and {@code continual}. */
    record Supervised(Memories memories) implements StepKind {}

    /** Preference pairs: {@code halftune dpo}. A row is two sequences with the same number of tokens. */
    record Preferences(ReferenceModel reference) implements StepKind {}

    /** Where the log-probabilities of the reference come from. */
    enum ReferenceModel {
        /** The base model, run in every step: what never changes is shared, what learns is copied. */
        SHARED,
        /** Another model, run in every step: all of it is copied. */
        OTHER,
        /** They were computed before the first step, and nothing is kept. */
        PRECOMPUTED;

        /** Whether a step runs it. */
        boolean runs() {
            return this != PRECOMPUTED;
        }
    }

    /** Sequences of a row. */
    default int sequences() {
        return this instanceof Preferences ? 2 : 1;
    }

    /** The word for a row. */
    default String row() {
        return this instanceof Preferences ? "pair" : "row";
    }

    /** {@code 8 rows of 512 tokens}, {@code 8 pairs of 2 × 512 tokens}. */
    default String counted(int rows, int tokens) {
        return Amounts.counted(rows, row()) + " of " + (sequences() > 1 ? sequences() + " × " : "")
                + Amounts.counted(tokens, "token");
    }

    /** Those that constrain the gradient. */
    default Memories memories() {
        return Memories.NONE;
    }

    /** Whether a step runs a reference model. */
    default boolean runsReference() {
        return this instanceof Preferences(var reference) && reference.runs();
    }

    /**
     * What a step minimizes. Neither the function nor its β changes memory or time.
     *
     * @param weights of the reference model; where nothing is computed, shapes are enough
     */
    default Objective objective(LlamaConfig config, WeightSource weights) {
        return switch (this) {
            case Supervised _ -> new SupervisedFineTuning();
            case Preferences(var reference) ->
                new DirectPreference(
                        new PairLoss(PairLoss.Type.SIGMOID, 0.1, 0),
                        switch (reference) {
                            case SHARED -> new Reference.OnDevice(weights, Set.of());
                            case OTHER -> new Reference.OnDevice(weights, names(config));
                            case PRECOMPUTED -> new Reference.Precomputed();
                        });
        };
    }

    private static Set<String> names(LlamaConfig config) {
        return ParameterSpec.all(config).stream().map(ParameterSpec::name).collect(Collectors.toSet());
    }
}
