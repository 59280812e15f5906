package org.halftune.compare;

import org.halftune.hft.Selection;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.halftune.report.HftSaving.Predicted;
import org.halftune.report.StepTime;

/**
 * What half fine-tuning should save, by counting: of the weight gradients it computes those of the trainable matrices; of
 * the gradient norm and of AdamW it pays for the trainable parameters; the rest of a step it pays in full. The counts
 * weigh the parts of a measured step of full fine-tuning.
 */
final class SavingPrediction {
    private static final String HOW =
            "FFT's measured step, its parts scaled by counts: weight gradients by the FLOPs of the"
                    + " trainable matrices, gradient norm and optimizer by the trainable parameters, everything else in full."
                    + " Memory: the allocator's plan of both, before training.";

    private SavingPrediction() {}

    /** @param labelledShare labelled tokens in all tokens: only they pass through the head */
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

    /** Per token: 2 for each element of a matrix. Looking up an embedding costs none; as a tied head it does. */
    private static double weightGradientFlops(ParameterSpec spec, boolean tiedHead, double labelledShare) {
        if (!spec.isMatrix()) return 0;
        double products = 2.0 * spec.elements();
        if (spec.role() == ParameterRole.EMBEDDING) return tiedHead ? products * labelledShare : 0;
        return spec.role() == ParameterRole.HEAD ? products * labelledShare : products;
    }
}
