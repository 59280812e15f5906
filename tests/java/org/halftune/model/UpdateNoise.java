package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.halftune.optim.AdamWConfig;

/**
 * How far the change of a tensor over some AdamW steps may lie from the exact one, when all that is wrong is the rounding of its
 * gradients.
 *
 * <p>AdamW divides a gradient by its size: in the first steps an element moves by about ±the learning rate, whatever its gradient. One
 * whose gradient lies within the noise of zero moves that far in any direction. How many do depends on the tensor's own gradients, and
 * in one of 64 elements chance decides: for normal gradients with noise of 0.045 of their size (a cosine of 0.999) the sign of 1.4 % is
 * wrong after one step, a cosine of 0.971 of the change on average, and one element more or less is 0.031 of it.
 *
 * <p>So the limits are found by experiment: the same AdamW steps, with normal noise of the permitted size added to every gradient,
 * drawn again and again. The limits are the worst of the draws.
 *
 * @param cosine least, with the exact change
 * @param norm largest distance of the norms' ratio from 1
 */
record UpdateNoise(double cosine, double norm) {
    private static final int LEAST_DRAWS = 10;
    private static final int ELEMENTS_DRAWN = 20_000;

    /**
     * The limits for one tensor.
     *
     * @param gradients of its elements, a step after another, as AdamW has them after clipping
     * @param noise of a step's gradient, relative to its norm: {@link #ofCosine}
     */
    static UpdateNoise of(List<float[]> gradients, AdamWConfig config, double noise) {
        var exact = change(gradients, config);
        var random = new Random(1);
        double cosine = 1, norm = 0;
        int elements = exact.length;
        for (int draw = Math.max(LEAST_DRAWS, ELEMENTS_DRAWN / elements); draw > 0; draw--) {
            var noisy = new ArrayList<float[]>();
            for (var gradient : gradients) {
                double deviation = noise * Math.sqrt(dot(gradient, gradient) / elements);
                var sum = gradient.clone();
                for (int i = 0; i < elements; i++) sum[i] += (float) (deviation * random.nextGaussian());
                noisy.add(sum);
            }
            var change = change(noisy, config);
            cosine = Math.min(cosine, cosine(change, exact));
            norm = Math.max(norm, Math.abs(Math.sqrt(dot(change, change) / dot(exact, exact)) - 1));
        }
        return new UpdateNoise(cosine, norm);
    }

    /** The relative size of a deviation, at right angles to what it deviates from, that leaves this cosine. */
    static double ofCosine(double cosine) {
        return Math.sqrt(1 - cosine * cosine) / cosine;
    }

    /** The change of each element in units of the learning rate, without weight decay. */
    static float[] change(List<float[]> gradients, AdamWConfig config) {
        int elements = gradients.getFirst().length;
        var change = new float[elements];
        var first = new double[elements];
        var second = new double[elements];
        for (int step = 1; step <= gradients.size(); step++) {
            double bias1 = 1 - Math.pow(config.beta1(), step);
            double bias2 = 1 - Math.pow(config.beta2(), step);
            var gradient = gradients.get(step - 1);
            for (int i = 0; i < elements; i++) {
                double g = gradient[i];
                first[i] += (1 - config.beta1()) * (g - first[i]);
                second[i] += (1 - config.beta2()) * (g * g - second[i]);
                change[i] -= (float) (first[i] / bias1 / (Math.sqrt(second[i] / bias2) + config.epsilon()));
            }
        }
        return change;
    }

    static double cosine(float[] a, float[] b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }
}
