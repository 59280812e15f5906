package org.halftune.plan;

import java.util.Set;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cost.WorkLog;
import org.halftune.model.Recomputation;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSession;

/** What a step asks of a device: the program's own step, run on a backend that writes it down. */
final class StepPrediction {
    /** The first step of a shape runs as it is, the second is captured as graphs, the third launches them. */
    private static final int UNTIL_LAUNCHED = 3;

    private StepPrediction() {}

    /** The log of one step that consists of launches of graphs. */
    static WorkLog of(CostBackend backend, TrainingShape shape, Set<String> trainable, Recomputation recomputation) {
        var reference = StartingWeights.unfilled(shape.config(), backend.storage());
        var setup = shape.setup(trainable, recomputation, reference);
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Unfilled())) {
            var batches = session.batches(shape.stepBatches(), shape.memoryBatches());
            for (int i = 1; i < UNTIL_LAUNCHED; i++) session.step(batches, 1, () -> null);
            backend.takeLog();
            session.step(batches, 1, () -> null);
            return backend.takeLog();
        }
    }
}
