package org.halftune.generate;

import java.util.Arrays;
import org.halftune.problem.InputError;

/**
 * What changes the logits before a token is chosen, in the order and with the formulas of transformers' logits processors.
 *
 * @param repetitionPenalty divides the positive and multiplies the negative logits of all ids that stand in the prompt or were
 *     written (Keskar et al. 2019, arXiv 1909.05858); 1 changes nothing
 * @param topK how many of the most probable ids stay, with all that equal the last of them; 0 keeps every id
 * @param minP ids less probable than this share of the most probable one are dropped, after the temperature (Nguyen et al.
 *     2024, arXiv 2407.01082); 0 keeps every id
 */
public record LogitRules(double repetitionPenalty, int topK, double minP) {
    public static final LogitRules NONE = new LogitRules(1, 0, 0);

    /** @throws InputError naming the flag that is out of range */
    public LogitRules {
        if (!(repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY)) {
            throw new InputError(
                    "repetition_penalty is " + repetitionPenalty,
                    "--repetition_penalty",
                    "give a number above 0, such as 1.1; 1 changes nothing");
        }
        if (topK < 0) throw new InputError("top_k is " + topK, "--top_k", "give how many tokens, or 0 for all");
        if (!(minP >= 0 && minP <= 1)) {
            throw new InputError("min_p is " + minP, "--min_p", "give a number from 0 to 1, such as 0.05");
        }
    }

    public boolean changeNothing() {
        return repetitionPenalty == 1 && topK == 0 && minP == 0;
    }

    /**
     * Changes the logits of one position in place. What is dropped becomes −∞.
     *
     * @param prompt ids before the text that is written
     * @param written ids of that text so far
     * @param temperature what the logits will be divided by; 0 for the largest, for which only the penalty matters
     */
    void apply(float[] logits, int[] prompt, int[] written, double temperature) {
        if (repetitionPenalty != 1) {
            var seen = new boolean[logits.length];
            penalize(logits, prompt, seen);
            penalize(logits, written, seen);
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
