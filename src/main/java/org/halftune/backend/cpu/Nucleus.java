package org.halftune.backend.cpu;

import java.util.Arrays;

/**
 * The ids that top-p sampling draws from.
 *
 * <p>Sorting a whole vocabulary for each token would cost more than a small model's forward pass. Ids less probable than
 * {@code (1 − topP)/V} sum to less than {@code 1 − topP}, so the others reach topP without them and only these need to be
 * sorted: usually a few dozen.
 *
 * @param ids most probable first, equals by lowest id; in order of id if nothing is cut
 * @param weights softmax numerators {@code exp((l − max)/temperature)} of the ids, in double
 * @param mass sum of the weights
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record Nucleus(int[] ids, double[] weights, double mass) {

    /** @param logits finite or −∞, not all of them −∞ */
    static Nucleus of(float[] logits, double temperature, double topP) {
        float max = max(logits);
        var weights = new double[logits.length];
        double total = 0;
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp(((double) logits[i] - max) / temperature);
            total += weights[i];
        }
        if (topP == 1) return new Nucleus(indices(logits.length), weights, total);

        int[] candidates = sorted(logits, weights, total * (1 - topP) / logits.length);
        double mass = 0;
        int count = 0;
        while (count < candidates.length && mass < topP * total) mass += weights[candidates[count++]];
        int[] ids = Arrays.copyOf(candidates, count);
        return new Nucleus(ids, Arrays.stream(ids).mapToDouble(i -> weights[i]).toArray(), mass);
    }

    /** The id at the share {@code u} of the mass, 0 ≤ u < 1. */
    int draw(double u) {
        double target = u * mass;
        int last = 0;
        for (int i = 0; i < ids.length; i++) {
            if (weights[i] == 0) continue;
            if (target < weights[i]) return ids[i];
            target -= weights[i];
            last = i; // rounding may leave a trace of target: the last id that can be drawn at all
        }
        return ids[last];
    }

    private static float max(float[] logits) {
        float max = logits[0];
        for (float l : logits) max = Math.max(max, l);
        return max;
    }

    /** Ids with at least the weight {@code least}, most probable first, equals by lowest id. */
    private static int[] sorted(float[] logits, double[] weights, double least) {
        var keys = new long[logits.length];
        int n = 0;
        for (int i = 0; i < logits.length; i++) {
            // A long sorts by logit, descending, then by id: no boxing, no comparator.
            if (weights[i] >= least) keys[n++] = (long) ~ordered(logits[i]) << 32 | i;
        }
        Arrays.sort(keys, 0, n);
        return Arrays.stream(keys, 0, n).mapToInt(key -> (int) key).toArray();
    }

    /** An int in the order of the floats; both zeros are the same. */
    private static int ordered(float x) {
        int bits = Float.floatToIntBits(x + 0.0f);
        return bits >= 0 ? bits : bits ^ 0x7fffffff;
    }

    private static int[] indices(int n) {
        var all = new int[n];
        for (int i = 0; i < n; i++) all[i] = i;
        return all;
    }
}
