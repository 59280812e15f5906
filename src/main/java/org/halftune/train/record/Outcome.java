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
     * @param exported the checkpoint that was exported instead of the last weights
     */
    record Finished(MetricsRow.Summary summary, boolean early, Optional<Best> exported) implements Outcome {}

    /**
     * The best checkpoint, exported for {@code --load_best_model_at_end}.
     *
     * @param loss its evaluation loss, nats per token
     */
    record Best(int step, double loss) {}

    /** The run to resume was already complete; no file was changed. */
    record Complete(int step) implements Outcome {}

    /**
     * A {@link StopSignal} stopped it.
     *
     * @param checkpoint to resume from, unless {@code --save_only_model} is given; empty if no step was done
     */
    record Stopped(int step, Optional<Path> checkpoint) implements Outcome {}
}
