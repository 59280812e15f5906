package org.halftune.train.record;

import java.nio.file.Path;
import java.util.Optional;
import org.halftune.train.StopSignal;

/** How a run ended. */
public sealed interface Outcome {

    /**
     * All steps are done, or early stopping ended the run.
     *
     * @param early whether early stopping ended it
     * @param exported what was exported instead of the last weights
     */
    record Finished(MetricsRow.Summary summary, boolean early, Optional<Best> exported) implements Outcome {}

    /**
     * The best checkpoint, exported for {@code --load_best_model_at_end}.
     *
     * @param loss its evaluation loss, nats a token
     */
    record Best(int step, double loss) {}

    /** A run that was to be continued was complete already; nothing was done, and no file was changed. */
    record Complete(int step) implements Outcome {}

    /**
     * A {@link StopSignal} ended it early.
     *
     * @param checkpoint from where {@code --resume_from_checkpoint} continues, unless {@code --save_only_model} left its
     *     optimizer state out; empty if no step was done
     */
    record Stopped(int step, Optional<Path> checkpoint) implements Outcome {}
}
