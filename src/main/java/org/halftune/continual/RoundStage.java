package org.halftune.continual;

import java.time.LocalDateTime;
import java.util.List;
import java.util.function.Consumer;
import org.halftune.data.Preferences;
import org.halftune.model.LlamaConfig;
import org.halftune.model.WeightSource;
import org.halftune.objective.Objective;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.source.DataPart;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.input.TrainingPlan;

/**
 * Supervised fine-tuning on the rows of a task and on replayed rows.
 *
 * @param started when the run began: a chat template with dates then gives the same rows whenever a round begins
 * @param replayed rows of the earlier tasks, in the order of the tasks
 */
public record RoundStage(LocalDateTime started, List<DataPart> replayed) implements Stage {
    public RoundStage {
        replayed = List.copyOf(replayed);
    }

    @Override
    public TrainingPlan plan(
            TrainingArguments arguments, LlamaConfig config, LocalDateTime now, Consumer<String> notice) {
        return TrainingInputs.plan(arguments, replayed, config, started, Preferences.REFUSED, notice);
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
