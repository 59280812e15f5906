package org.halftune.generate;

import java.util.Arrays;
import org.halftune.problem.InputError;

/**
 * Logits processors, in the order and with the formulas of transformers.
 *
 * @param repetitionPenalty divides positive and multiplies negative logits of all ids in the prompt and the generated
 *     text (Keskar et al. 2019, arXiv 1909.05858); 1 for none
 * @param topK keeps this many of the most probable ids, and those equal to the last of them; 0 keeps all
 * @param minP drops ids less probable than this fraction of the most probable one, after the temperature (Nguyen et al.
 *     2024, arXiv 2407.01082); 0 keeps all
 */
public record LogitRules(double repetitionPenalty, int topK, double minP) {
    public static final LogitRules NONE = new LogitRules(1, 0, 0);

    /** @throws InputError with the flag that is out of range */
    public LogitRules {
        if (!(repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY)) {
            throw new InputError(
                    "repetition_penalty " + repetitionPenalty + " is out of range",
                    "--repetition_penalty",
                    "set it to a number above 0, such as 1.1; 1 for no penalty");
        }
        if (topK < 0)
            throw new InputError(
                    "top_k " + topK + " is out of range", "--top_k", "set it to a number of tokens, or 0 for all");
        if (!(minP >= 0 && minP <= 1)) {
            throw new InputError(
                    "min_p " + minP + " is out of range", "--min_p", "set it to a number from 0 to 1, such as 0.05");
        }
    }

    public boolean changeNothing() {
        return repetitionPenalty == 1 && topK == 0 && minP == 0;
    }

    /**
     * Changes the logits of one position in place. Dropped ids get −∞.
     *
     * @param prompt ids of the prompt
     * @param generated new ids so far
     * @param temperature the sampling temperature; 0 for greedy decoding, for which only the penalty matters
     */
    void apply(float[] logits, int[] prompt, int[] generated, double temperature) {
        if (repetitionPenalty != 1) {
            var seen = new boolean[logits.length];
            penalize(logits, prompt, seen);
            penalize(logits, generated, seen);
        }
        if (temperature == 0) return;
        if (topK > 0 && topK < logits.length) dropBelow(logits, kthLargest(logits));
        if (minP > 0) dropBelow(logits, (float) (largest(logits) + temperature * Math.log(minP)));
    }

    /** In fp32, as transformers computes it. */
    private void penalize(float[] logits, int[] ids, boolean[] seen) {
        float penalty = (float) repetitionPenalty;
        for (int id : ids) {
            if (seen[id]) continue;
            seen[id] = true;
            logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
        }
    }

    private float kthLargest(float[] logits) {
        var sorted = logits.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - topK];
    }

    private static float largest(float[] logits) {
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) largest = Math.max(largest, logit);
        return largest;
    }

    private static void dropBelow(float[] logits, float least) {
        for (int i = 0; i < logits.length; i++) if (logits[i] < least) logits[i] = Float.NEGATIVE_INFINITY;
    }
}
