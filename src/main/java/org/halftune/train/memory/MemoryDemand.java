package org.halftune.train.memory;

import java.util.SequencedMap;
import org.halftune.model.Recomputation;
import org.halftune.train.arguments.TrainingArguments;

/** The memory that a command holds at the same time, as a function of its arguments. Measured without allocating. */
@FunctionalInterface
public interface MemoryDemand {

    /**
     * Changed arguments.
     *
     * @param arguments with the same model and rows
     * @param longestRow rows are shortened to this many tokens
     */
    record Attempt(TrainingArguments arguments, Recomputation recomputation, int longestRow) {}

    /** The plans that are in memory at the same time, by method. */
    SequencedMap<String, MemoryPlan> of(Attempt attempt);
}
