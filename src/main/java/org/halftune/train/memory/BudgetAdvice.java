package org.halftune.train.memory;

import java.util.function.ToLongFunction;
import org.halftune.console.Amounts;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Batching;
import org.halftune.train.memory.MemoryDemand.Attempt;

/**
 * Advice for a budget in which a step does not fit in any batch size ({@link StepCuts}): how much memory is missing, and which
 * changes of arguments would help ({@link FitOption}).
 *
 * @param storage the backend's weight dtype; with fp32 there are no master weights and no bf16 moments
 * @param bothMethods whether FFT is trained whatever {@code --method} is, so that {@code --method hft} does not help
 * @param demand bytes of the training under other arguments, in batches of {@link Batching#trainBatchSize} rows
 */
public record BudgetAdvice(
        LlamaConfig config, DType storage, boolean bothMethods, ToLongFunction<Attempt> demand, long budget) {

    /** {@code FFT needs at least 11.2 GiB (batches of 1 row, --recompute block), 3.20 GiB more than the budget of 8.00 GiB}. */
    public String missing(String what, StepCut smallest) {
        return what + " needs at least " + Amounts.bytes(smallest.bytes()) + " (batches of "
                + Amounts.counted(smallest.rows(), "row") + ", --recompute "
                + EnumNames.of(smallest.recomputation()) + "), " + Amounts.bytes(smallest.bytes() - budget)
                + " more than the budget of " + Amounts.bytes(budget);
    }

    /** Flags that would help, each with the memory that the training then needs. */
    public String ways(TrainingArguments asked, StepCut smallest, int longestRow) {
        var limits = new FitOption.Limits(
                storage,
                storage != DType.F32 || smallest.recomputation() == Recomputation.NONE,
                config.tiedHead(),
                bothMethods,
                longestRow);
        var attempt = new Attempt(smallest.in(asked), smallest.recomputation(), longestRow);
        return new FitOptions(demand, attempt, limits, budget).describe();
    }
}
