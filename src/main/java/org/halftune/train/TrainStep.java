package org.halftune.train;

import java.util.ArrayList;
import java.util.List;
import org.halftune.model.Batch;
import org.halftune.model.Llama;
import org.halftune.optim.AdamW;

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

    public TrainStep(Llama model, AdamW optimizer, double maxGradNorm) {
        this.model = model;
        this.optimizer = optimizer;
        this.maxGradNorm = maxGradNorm;
    }

    /**
     * Takes the step.
     *
     * @param window the batches of the accumulation window
     */
    public StepResult run(List<Batch> window, double learningRate) {
        long start = System.nanoTime();
        long labelled = 0;
        long tokens = 0;
        var taught = new ArrayList<Batch>(window.size());
        for (var batch : window) {
            tokens += batch.tokenCount();
            labelled += batch.labelledCount();
            if (batch.labelledCount() > 0) taught.add(batch);
        }

        double loss = 0;
        double gradNorm = 0;
        if (labelled > 0) {
            double scale = 1.0 / labelled;
            optimizer.beginStep();
            for (var batch : taught) model.accumulate(batch, scale);
            optimizer.update(learningRate, maxGradNorm); // does nothing if the gradients are no numbers
            loss = model.takeLosses().sum() * scale;
            gradNorm = optimizer.gradientNorm();
        }
        return new StepResult(loss, gradNorm, learningRate, tokens, labelled, (System.nanoTime() - start) * 1e-9);
    }
}
