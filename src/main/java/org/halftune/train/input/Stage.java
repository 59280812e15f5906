package org.halftune.train.input;

import java.time.LocalDateTime;
import java.util.Map;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.model.LlamaConfig;
import org.halftune.model.WeightSource;
import org.halftune.objective.Objective;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.GradientConstraint;
import org.halftune.train.arguments.TrainingArguments;

/**
 * What a run trains: how its rows are read, and what its steps minimize. Everything else of a run (steps, memory, checkpoints,
 * resume, metrics, export) is the same for all stages.
 */
public interface Stage {

    /**
     * Reads the rows.
     *
     * @param now the time that {@code strftime_now} of a chat template returns
     * @param notice receives notices about the rows
     */
    TrainingPlan plan(TrainingArguments arguments, LlamaConfig config, LocalDateTime now, Consumer<String> notice);

    /**
     * What a step minimizes.
     *
     * @param config of the model
     * @param base the model that the run starts from, with all its bits. Shapes without values where memory is planned.
     */
    Objective objective(LlamaConfig config, WeightSource base);

    /** What constrains the gradient of a step; its memories are those of the plan. */
    default GradientConstraint constraint() {
        return new GradientConstraint.None();
    }

    /**
     * Work on the device before the run opens its session, which allocates nothing for longer.
     *
     * @return the plan with what was computed
     */
    default TrainingPlan prepared(
            TrainingPlan plan, Backend backend, LlamaConfig config, WeightSource base, Consumer<String> notice) {
        return plan;
    }

    /**
     * Whether the loss is the mean cross-entropy of the labelled tokens, in nats: then it has a perplexity, and that of a model
     * that guesses is known.
     */
    boolean isCrossEntropy();

    /** Settings of the stage that determine the weights, by flag, for the fingerprint of a checkpoint. */
    default Map<String, String> settings() {
        return Map.of();
    }

    /** Supervised fine-tuning: {@code halftune train}. */
    record Supervised() implements Stage {
        @Override
        public TrainingPlan plan(
                TrainingArguments arguments, LlamaConfig config, LocalDateTime now, Consumer<String> notice) {
            return TrainingInputs.plan(arguments, config, now, notice);
        }

        @Override
        public Objective objective(LlamaConfig config, WeightSource base) {
            return new SupervisedFineTuning();
        }

        @Override
        public boolean isCrossEntropy() {
            return true;
        }
    }
}
