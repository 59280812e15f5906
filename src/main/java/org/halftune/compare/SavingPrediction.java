package org.halftune.compare;

import org.halftune.hft.Selection;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.halftune.report.HftSaving.Predicted;
import org.halftune.report.StepTime;

/**
 * Predicts the saving of half fine-tuning from the parts of a measured FFT step: weight gradients scale with the FLOPs of the trainable
 * matrices, gradient norm and AdamW with the trainable parameters, and everything else stays the same.
 */
final class SavingPrediction {
    private static final String HOW =
            "the parts of FFT's measured step, with weight gradients scaled by the FLOPs of the trainable"
                    + " matrices, and gradient norm and optimizer by the trainable parameters. Memory: the allocator's plan of"
                    + " both methods, before training.";

    private SavingPrediction() {}

    /** @param labelledShare fraction of labelled tokens; only these pass through the head */
    static Predicted predict(
            Selection half, boolean tiedHead, double labelledShare, StepTime full, double memoryRatio) {
        double all = 0;
        double kept = 0;
        for (var spec : half.specs()) {
            double flops = weightGradientFlops(spec, tiedHead, labelledShare);
            all += flops;
            if (half.trains(spec.name())) kept += flops;
        }
        double weightShare = all == 0 ? 1 : kept / all;
        double parameterShare = half.count().share();
        var parts = full.partsMs();
        double fullTime = parts.forward()
                + parts.backwardInput()
                + parts.backwardWeight()
                + parts.clip()
                + parts.optimizer()
                + parts.other();
        double halfTime = parts.forward()
                + parts.backwardInput()
                + parts.backwardWeight() * weightShare
                + (parts.clip() + parts.optimizer()) * parameterShare
                + parts.other();
        return new Predicted(fullTime == 0 ? Double.NaN : halfTime / fullTime, memoryRatio, weightShare, HOW);
    }

    /** Per token: 2 for each element of a matrix. An embedding lookup has none, unless the embedding is also the head. */
    private static double weightGradientFlops(ParameterSpec spec, boolean tiedHead, double labelledShare) {
        if (!spec.isMatrix()) return 0;
        double products = 2.0 * spec.elements();
        if (spec.role() == ParameterRole.EMBEDDING) return tiedHead ? products * labelledShare : 0;
        return spec.role() == ParameterRole.HEAD ? products * labelledShare : products;
    }
}
