package org.halftune.objective;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.halftune.model.Batch;
import org.halftune.model.DeviceBatch;
import org.halftune.model.Llama;
import org.halftune.model.WeightedBatch;

/**
 * The mean cross-entropy of the labelled tokens of all batches of a step (transformers 5 and TRL): every token weighs 1 / their
 * count, so the gradient does not depend on how the step is cut into batches.
 */
public record SupervisedFineTuning() implements Objective {

    @Override
    public List<WeightedBatch> weigh(List<Batch> labelled) {
        float weight =
                (float) weight(labelled.stream().mapToLong(Batch::labelledCount).sum());
        return labelled.stream().map(batch -> weighed(batch, weight)).toList();
    }

    private static WeightedBatch weighed(Batch batch, float weight) {
        var weights = new float[batch.tokenCount()];
        Arrays.fill(weights, weight);
        return new WeightedBatch(batch, weights);
    }

    @Override
    public OpenObjective open(LearningModel model) {
        return new Open(model.llama());
    }

    private record Open(Llama model) implements OpenObjective {
        @Override
        public void pass(DeviceBatch batch, boolean first) {
            model.forward(batch);
            model.backward(batch, first);
            model.sumLosses(batch);
        }

        @Override
        public StepLoss loss(long labelledTokens) {
            return new StepLoss(model.takeLossSum() * weight(labelledTokens), Map.of());
        }

        @Override
        public Score score(Batch batch) {
            return Score.of(model.evaluate(batch));
        }
    }

    private static double weight(long labelledTokens) {
        return 1.0 / labelledTokens;
    }
}
