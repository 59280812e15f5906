package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.halftune.optim.AdamWConfig;
import org.junit.jupiter.api.Test;

/** The limits let through what rounding does, and no more. */
class UpdateNoiseTest {
    private static final AdamWConfig CONFIG = new AdamWConfig(0.9, 0.95, 1e-8, 0, 1);
    private static final double NOISE = UpdateNoise.ofCosine(0.999);

    private static List<float[]> gradients(int elements, int steps, long seed) {
        var random = new Random(seed);
        var gradients = new ArrayList<float[]>();
        for (int step = 0; step < steps; step++) {
            var gradient = new float[elements];
            for (int i = 0; i < elements; i++) gradient[i] = (float) random.nextGaussian();
            gradients.add(gradient);
        }
        return gradients;
    }

    /** After one step every element has moved by ±1; the share of wrong signs is atan(noise)/π for normal gradients. */
    @Test
    void limitOfOneStepIsTheShareOfWrongSigns() {
        var limits = UpdateNoise.of(gradients(100_000, 1, 3), CONFIG, NOISE);
        assertThat(limits.cosine()).isCloseTo(1 - 2 * Math.atan(NOISE) / Math.PI, within(4e-3));
        assertThat(limits.norm()).isLessThan(1e-5);
    }

    @Test
    void withoutNoiseAllValuesMustBeEqual() {
        var limits = UpdateNoise.of(gradients(64, 3, 3), CONFIG, 0);
        assertThat(limits.cosine()).isCloseTo(1, within(1e-12));
        assertThat(limits.norm()).isZero();
    }

    @Test
    void gradientsWithHalfThatNoisePassInSmallAndLargeTensors() {
        for (int elements : new int[] {64, 4096}) {
            var exact = gradients(elements, 3, 3);
            var limits = UpdateNoise.of(exact, CONFIG, NOISE);
            var random = new Random(11);
            for (int trial = 0; trial < 50; trial++) {
                var noisy = new ArrayList<float[]>();
                for (var gradient : exact) {
                    var copy = gradient.clone();
                    for (int i = 0; i < elements; i++) copy[i] += (float) (0.5 * NOISE * random.nextGaussian());
                    noisy.add(copy);
                }
                assertThat(cosine(noisy, exact)).isGreaterThanOrEqualTo(limits.cosine());
            }
        }
    }

    @Test
    void wrongUpdatesAreCaught() {
        for (int elements : new int[] {64, 4096}) {
            var exact = gradients(elements, 3, 3);
            double limit = UpdateNoise.of(exact, CONFIG, NOISE).cosine();
            assertThat(limit).as("limit for " + elements).isGreaterThan(0.9);
            var reversed = exact.stream().map(UpdateNoiseTest::negated).toList();
            assertThat(cosine(reversed, exact)).as("the wrong sign").isLessThan(limit);
            assertThat(cosine(gradients(elements, 3, 4), exact))
                    .as("another tensor's")
                    .isLessThan(limit);
            assertThat(cosine(Collections.nCopies(3, exact.getFirst()), exact))
                    .as("one batch three times")
                    .isLessThan(limit);
            var flipped = exact.stream()
                    .map(gradient -> {
                        var copy = gradient.clone();
                        for (int i = 0; i < copy.length; i += 8) copy[i] = -copy[i];
                        return copy;
                    })
                    .toList();
            assertThat(cosine(flipped, exact)).as("one sign of eight").isLessThan(limit);
            var shifted = exact.stream()
                    .map(gradient -> {
                        var copy = gradient.clone();
                        System.arraycopy(gradient, 0, copy, 1, copy.length - 1);
                        return copy;
                    })
                    .toList();
            assertThat(cosine(shifted, exact)).as("the neighbour's").isLessThan(limit);
        }
    }

    private static float[] negated(float[] gradient) {
        var negated = new float[gradient.length];
        for (int i = 0; i < negated.length; i++) negated[i] = -gradient[i];
        return negated;
    }

    private static double cosine(List<float[]> gradients, List<float[]> exact) {
        return UpdateNoise.cosine(UpdateNoise.change(gradients, CONFIG), UpdateNoise.change(exact, CONFIG));
    }
}
