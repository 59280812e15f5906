package org.halftune.continual;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.halftune.data.Preferences;
import org.halftune.model.LlamaConfig;
import org.halftune.model.WeightSource;
import org.halftune.objective.Objective;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.GradientConstraint;
import org.halftune.source.DataPart;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.input.TrainingPlan;

/**
 * Supervised fine-tuning on the rows of a task, and on replayed rows or within the constraints of memories.
 *
 * @param started when the run began: a chat template with dates then gives the same rows whenever a round begins
 * @param replayed rows of the earlier tasks, in the order of the tasks
 * @param memories rows of the earlier tasks that constrain the gradient
 * @param memoryBatch rows of each memory that a step reads
 * @param strength of the constraint, see {@link GradientConstraint.EpisodicMemory}
 */
public record RoundStage(
        LocalDateTime started, List<DataPart> replayed, List<DataPart> memories, int memoryBatch, double strength)
        implements Stage {
    public RoundStage {
        replayed = List.copyOf(replayed);
        memories = List.copyOf(memories);
    }

    /** The task's rows alone. */
    static RoundStage alone(LocalDateTime started) {
        return new RoundStage(started, List.of(), List.of(), 0, 0);
    }

    @Override
    public TrainingPlan plan(
            TrainingArguments arguments, LlamaConfig config, LocalDateTime now, Consumer<String> notice) {
        var plan = TrainingInputs.plan(arguments, replayed, config, started, Preferences.REFUSED, notice);
        if (memories.isEmpty()) return plan;
        var rows = memories.stream()
                .map(part -> TrainingInputs.rows(arguments, part, config, started))
                .toList();
        return plan.withMemories(rows, memoryBatch);
    }

    @Override
    public GradientConstraint constraint() {
        return memories.isEmpty()
                ? new GradientConstraint.None()
                : new GradientConstraint.EpisodicMemory(memories.size(), strength);
    }

    @Override
    public Map<String, String> settings() {
        return memories.isEmpty() ? Map.of() : Map.of("--gem_strength", Double.toString(strength));
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
