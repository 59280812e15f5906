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
 * What to do about a budget in which a step does not fit, however it is cut ({@link StepCuts}): what the smallest cut misses, and what
 * would make up for it, measured like the plan itself ({@link FitOption}).
 *
 * @param storage in which the backend stores weights: fp32 has no masters and no narrower moments to save
 * @param bothMethods whether FFT is trained whatever {@code --method} says, so that half of it is no way out
 * @param demand bytes of the training under other arguments, in batches of {@link Batching#trainBatchSize} rows
 */
public record BudgetAdvice(
        LlamaConfig config, DType storage, boolean bothMethods, ToLongFunction<Attempt> demand, long budget) {

    /** {@code FFT needs at least 11.2 GiB (1 row a batch, --recompute block), 3.20 GiB more than the 8.00 GiB of the budget}. */
    public String missing(String what, StepCut smallest) {
        return what + " needs at least " + Amounts.bytes(smallest.bytes()) + " (" + smallest.rows()
                + (smallest.rows() == 1 ? " row" : " rows") + " a batch, --recompute "
                + EnumNames.of(smallest.recomputation()) + "), " + Amounts.bytes(smallest.bytes() - budget)
                + " more than the " + Amounts.bytes(budget) + " of the budget";
    }

    /** Flags that would help, each with what the training then takes, what costs it least first. */
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
