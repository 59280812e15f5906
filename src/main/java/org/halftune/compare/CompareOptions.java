package org.halftune.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.memory.MemoryBudget;

/**
 * What to compare on.
 *
 * @param taskName for the headline
 * @param trainings base, rows, steps and settings, once for each learning rate, by ascending rate and otherwise alike. Their
 *     selection is HFT's, FFT trains everything. {@code evalFile} holds questions of the new task
 * @param knowledgeFile questions that the base should be able to answer: what may be forgotten
 * @param heldOutFile text like the base's own, for its perplexity
 * @param saveModels whether both trained models are kept, beside the report
 * @param memory what each method may hold in a second comparison, alone on the device; empty: only at the same step
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

    /** What all rates have in common; the learning rate in it is the first. */
    public TrainingArguments training() {
        return trainings.getFirst();
    }
}
