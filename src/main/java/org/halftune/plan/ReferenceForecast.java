package org.halftune.plan;

import org.halftune.backend.cost.WorkLog;
import org.halftune.session.StartingWeights;
import org.halftune.train.preference.ReferencePass;

/** What {@code --precompute_ref_log_probs} costs once, before the first step: the run's own pass of the reference. */
public final class ReferenceForecast {
    private ReferenceForecast() {}

    /** Seconds of a pair, in batches of the step's pairs. */
    public static double secondsOfPair(TrainingShape shape, TrainingForecast.Target device, Gpu gpu, Rates rates) {
        return StepForecast.of(log(shape, device), shape.batchTokens(), gpu, rates)
                        .seconds()
                / shape.rows();
    }

    /** The pass over one batch. */
    static WorkLog log(TrainingShape shape, TrainingForecast.Target device) {
        try (var backend = device.open()) {
            var weights = StartingWeights.unfilled(shape.config(), backend.storage());
            try (var pass = new ReferencePass(backend, shape.config(), weights, shape.capacity())) {
                backend.takeLog();
                pass.logProbs(shape.stepBatches().getFirst());
                return backend.takeLog();
            }
        }
    }
}
