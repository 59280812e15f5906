package org.halftune.session;

import java.util.function.Supplier;
import org.halftune.model.Llama;
import org.halftune.optim.AdamW;
import org.jspecify.annotations.Nullable;

/**
 * One optimizer step over an accumulation window: forward and backward for each batch, then AdamW.
 *
 * <p>The loss is Σ cross-entropy over the labelled tokens of the whole window, divided by their count in the whole window
 * (transformers 5 and TRL), so a window's gradient does not depend on how it is cut into batches. A window without a labelled
 * token has loss 0 and leaves weights and moments as they are: AdamW would otherwise move weights by old momentum, taught by
 * nothing. The step counts for the schedule all the same.
 */
public final class TrainStep {
    private final Llama model;
    private final AdamW optimizer;
    private final double maxGradNorm;
    private final Runnable update;

    public TrainStep(Llama model, AdamW optimizer, double maxGradNorm) {
        this.model = model;
        this.optimizer = optimizer;
        this.maxGradNorm = maxGradNorm;
        update = optimizer::update; // one object, by which a recorded step is found again
    }

    /** Takes the step. */
    public StepResult run(Window window, double learningRate) {
        return run(window, learningRate, () -> null);
    }

    /**
     * Takes the step, and prepares the next one meanwhile: while the device computes, the host makes the next window and its
     * first batch is copied.
     *
     * @param next the window that the next step will be given; null if there is none
     */
    public StepResult run(Window window, double learningRate, Supplier<@Nullable Window> next) {
        long start = System.nanoTime();
        double loss = 0;
        double gradNorm = 0;
        if (window.labelled() > 0) {
            var taught = window.taught();
            double scale = window.scale();
            optimizer.beginStep(learningRate, maxGradNorm);
            for (var batch : taught.subList(0, taught.size() - 1)) model.accumulate(batch, scale);
            model.accumulate(taught.getLast(), scale, update); // does nothing if the gradients are no numbers
            prepare(next.get());
            loss = model.takeLosses().sum() * scale;
            gradNorm = optimizer.gradientNorm();
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        return new StepResult(loss, gradNorm, learningRate, window.tokens(), window.labelled(), seconds);
    }

    private void prepare(@Nullable Window next) {
        if (next != null && next.labelled() > 0) model.prepare(next.taught().getFirst(), next.scale());
    }
}
