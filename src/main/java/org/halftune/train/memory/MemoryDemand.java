package org.halftune.train.memory;

import java.util.SequencedMap;
import org.halftune.model.Recomputation;
import org.halftune.train.arguments.TrainingArguments;

/** What a command will hold in memory at one time, as a function of its arguments: measured, and nothing is allocated. */
@FunctionalInterface
public interface MemoryDemand {

    /**
     * What it holds under other arguments than it was given.
     *
     * @param arguments with the same model and rows
     * @param recomputation what is not kept
     * @param longestRow rows are cut to so many tokens
     */
    record Attempt(TrainingArguments arguments, Recomputation recomputation, int longestRow) {}

    /** The plans of all that is in memory together, by the name of the method. */
    SequencedMap<String, MemoryPlan> of(Attempt attempt);
}
