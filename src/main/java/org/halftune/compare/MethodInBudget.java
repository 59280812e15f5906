package org.halftune.compare;

import java.util.List;
import java.util.Optional;
import org.halftune.backend.Backend;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.hft.Selection;
import org.halftune.model.LlamaConfig;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.memory.BudgetAdvice;
import org.halftune.train.memory.Capacities;
import org.halftune.train.memory.MemoryCheck;
import org.halftune.train.memory.MemoryDemand.Attempt;
import org.halftune.train.memory.MemoryPlan;
import org.halftune.train.memory.StepCut;
import org.halftune.train.memory.StepCuts;

/**
 * How one method trains alone within a memory budget, decided from the plan before any allocation.
 *
 * @param cut the least recomputation, then the largest batches; if nothing fits, the cut with the least memory
 * @param missing why nothing fits; empty if it fits
 * @param ways changes that would help if nothing fits
 */
record MethodInBudget(String name, Selection selection, StepCut cut, String missing, String ways) {

    /** The settings that both methods share. */
    record Terms(Backend backend, LlamaConfig config, TrainingPlan plan, Capacities capacities, long budget) {}

    static MethodInBudget of(String name, Selection selection, boolean full, Terms terms) {
        var arguments = terms.plan.arguments();
        var batching = arguments.batching();
        var ladder = arguments.running().recompute().map(List::of).orElseGet(() -> MemoryCheck.ladder(terms.backend));
        int stepRows = batching.trainBatchSize() * batching.accumulationSteps();
        var cuts = new StepCuts(stepRows, ladder, (rows, rung) -> {
            var cut = new StepCut(rows, stepRows / rows, rung, 0);
            return bytes(new Attempt(cut.in(arguments), rung, Integer.MAX_VALUE), selection, terms);
        });
        Optional<StepCut> fitting = cuts.leastRecomputation(terms.budget);
        if (fitting.isPresent()) return new MethodInBudget(name, selection, fitting.get(), "", "");
        var nearest = new BudgetAdvice(
                terms.config,
                terms.backend.storage(),
                true,
                attempt -> bytes(attempt, full ? selection : drawn(attempt.arguments(), terms), terms),
                terms.budget);
        var smallest = cuts.smallest();
        return new MethodInBudget(
                name,
                selection,
                smallest,
                nearest.missing(name, smallest),
                nearest.ways(arguments, smallest, terms.plan.longestRow()));
    }

    /** The same method after it ran out of memory although the plan fits. */
    MethodInBudget outOfMemory(OutOfDeviceMemory failure) {
        return new MethodInBudget(
                name,
                selection,
                cut,
                name + " ran out of memory with " + cut.flags() + ": " + failure.what(),
                "stop other programs, or give a smaller --memory");
    }

    boolean fits() {
        return missing.isEmpty();
    }

    private static Selection drawn(TrainingArguments arguments, Terms terms) {
        return TrainingInputs.selection(arguments.selecting(), terms.config);
    }

    private static long bytes(Attempt attempt, Selection selection, Terms terms) {
        return MemoryPlan.of(
                        terms.config,
                        selection.trainable(),
                        terms.capacities.of(attempt),
                        attempt.recomputation(),
                        attempt.arguments().optimizing().adamW(0),
                        terms.backend)
                .total();
    }
}
