package org.halftune.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.memory.MemoryBudget;

/**
 * The options of a comparison.
 *
 * @param taskName for the title
 * @param trainings one for each learning rate, ascending, otherwise equal. Their selection is HFT's; FFT trains everything. {@code
 *     evalFile} has test rows of the new task
 * @param knowledgeFile questions that the base model can answer, to measure forgetting
 * @param heldOutFile text like the base model's training text, for the perplexity
 * @param saveModels whether to save both trained models in the output folder
 * @param memory the budget of a second comparison at equal memory; empty: none
 */
public record CompareOptions(
        String taskName,
        List<TrainingArguments> trainings,
        Optional<Path> knowledgeFile,
        Optional<Path> heldOutFile,
        boolean saveModels,
        Optional<MemoryBudget> memory) {

    public CompareOptions {
        trainings = List.copyOf(trainings);
        if (trainings.isEmpty()) throw new IllegalArgumentException("no learning rate");
    }

    /** The same with another selection. */
    CompareOptions with(Selecting selecting) {
        return new CompareOptions(
                taskName,
                trainings.stream().map(training -> training.with(selecting)).toList(),
                knowledgeFile,
                heldOutFile,
                saveModels,
                memory);
    }

    /** The training at the first learning rate. */
    public TrainingArguments training() {
        return trainings.getFirst();
    }
}
