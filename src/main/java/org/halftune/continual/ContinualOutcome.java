package org.halftune.continual;

import java.util.List;

/** How a continual training ended. */
public sealed interface ContinualOutcome {

    /**
     * All rounds are trained and scored.
     *
     * @param metrics of the tasks
     * @param saved dtype and rounding of the final model
     * @param before whether it was complete already, so that nothing was done
     */
    record Finished(ScoreMatrix scores, List<String> metrics, String saved, boolean before)
            implements ContinualOutcome {
        public Finished {
            metrics = List.copyOf(metrics);
        }
    }

    /** It was asked to stop, in or after this round. */
    record Stopped(TaskRound round) implements ContinualOutcome {}
}
