package org.halftune.train.input;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.halftune.console.Amounts;
import org.halftune.data.Sampler;
import org.halftune.problem.InputError;

/**
 * Which rows each step reads. The {@link Sampler} goes through all rows once per epoch, in batches; a step has {@code
 * accumulation} batches. The last step of an epoch may have fewer, as in transformers.
 *
 * <p>A pure function of the step, so a resumed run needs only its step number.
 */
final class StepOrder {
    private final Sampler sampler;
    private final int batchSize;
    private final int accumulation;

    StepOrder(Sampler sampler, int batchSize, int accumulation) {
        this.sampler = sampler;
        this.batchSize = batchSize;
        this.accumulation = accumulation;
    }

    int stepsPerEpoch() {
        return Math.ceilDiv(sampler.batchesPerEpoch(), accumulation);
    }

    /** Steps of a run: {@code maxSteps} if given, otherwise those of the epochs, rounded up. */
    int totalSteps(double epochs, OptionalInt maxSteps) {
        if (maxSteps.isPresent()) return maxSteps.getAsInt();
        double steps = Math.ceil(epochs * stepsPerEpoch());
        if (steps > Integer.MAX_VALUE) {
            throw new InputError(
                    "--num_train_epochs " + epochs + " over " + Amounts.counted(sampler.rows(), "row")
                            + " gives too many steps",
                    "",
                    "lower it, or give --max_steps");
        }
        return (int) steps;
    }

    /** The batches of step {@code step} (from 0), each a list of row indices. */
    List<int[]> batches(int step) {
        long epoch = step / stepsPerEpoch();
        int first = step % stepsPerEpoch() * accumulation;
        int last = Math.min(first + accumulation, sampler.batchesPerEpoch());
        var batches = new ArrayList<int[]>(last - first);
        for (int batch = first; batch < last; batch++) {
            batches.add(sampler.batch(epoch * sampler.rows() + (long) batch * batchSize));
        }
        return batches;
    }

    /** Epochs done after {@code steps} steps, counted in batches as in transformers. */
    double epochAfter(int steps) {
        int batches = (int) Math.min((long) steps % stepsPerEpoch() * accumulation, sampler.batchesPerEpoch());
        int epochs = steps / stepsPerEpoch();
        return epochs + (double) batches / sampler.batchesPerEpoch();
    }

    boolean endsEpoch(int steps) {
        return steps % stepsPerEpoch() == 0;
    }
}
