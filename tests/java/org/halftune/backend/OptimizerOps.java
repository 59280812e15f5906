package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Rounding;
import org.halftune.tensor.Shape;
import org.halftune.tensor.StochasticRounding;
import org.junit.jupiter.api.Test;

/** The global gradient norm and AdamW. */
interface OptimizerOps extends OpsUnderTest {
    /** Has bits in both words. */
    long SEED = 0x5eed_0000_1234L;

    @Test
    default void gradientNormIsThatOfAllTensorsTogether() {
        var random = new Random(51);
        for (double size : new double[] {1e-30, 1e-8, 1, 1e15, 1e30}) { // squares over- and underflow fp32
            try (var d = device()) {
                var gradients = new ArrayList<Gradient>();
                var values = new ArrayList<double[]>();
                for (int n : new int[] {1, 15, 16, 17, 1000, 16_384, 16_385, 40_001}) {
                    var g = d.randomFloats(random, size, n);
                    gradients.add(new Gradient(g.tensor()));
                    values.add(g.values());
                }
                for (int i = 0; i < 200; i++)
                    gradients.add(
                            new Gradient(d.array(DType.F32, new float[3], 3).tensor()));
                var norm = d.floatOutput(1);
                d.ops().gradientNorm(norm, d.gradients(gradients));
                double expected = Reference.norm(values);
                assertThat(d.read(norm)[0]).as("size " + size).isCloseTo(expected, within(1e-7 * expected));
            }
        }
    }

    @Test
    default void normOfNothingIsZero() {
        try (var d = device()) {
            var norm = d.floatOutput(1);
            d.ops().gradientNorm(norm, d.table(List.of()));
            assertThat(d.read(norm)).containsExactly(0);
        }
    }

    @Test
    default void adamWFollowsTheReferenceForSeveralSteps() {
        adamW(Double.POSITIVE_INFINITY, 0.1, Rounding.STOCHASTIC);
        adamW(0.5, 0.1, Rounding.STOCHASTIC); // clips
        adamW(1e9, 0, Rounding.NEAREST); //      does not
    }

    private void adamW(double maxNorm, double decay, Rounding rounding) {
        var random = new Random(52);
        try (var d = device()) {
            var segments = new ArrayList<AdamWSegment>();
            var expected = new ArrayList<Reference.Adam>();
            var start = new ArrayList<double[]>();
            int[] sizes = {1, 17, 1000, 16_385, 33};
            for (int i = 0; i < sizes.length; i++) {
                int n = sizes[i];
                var weight = d.random(random, 1, n);
                var m = d.array(DType.F32, new float[n], n).tensor();
                var v = d.array(DType.F32, new float[n], n).tensor();
                segments.add(new AdamWSegment(weight.tensor(), d.master(weight), d.gradient(n), m, v, i % 2 == 0));
                expected.add(new Reference.Adam(weight.values().clone(), new double[n], new double[n], i % 2 == 0));
                start.add(weight.values());
            }
            for (int step = 1; step <= 5; step++) {
                var s = new AdamWStep(step, 1e-2 / step, 0.9, 0.95, 1e-8, decay, maxNorm, SEED, rounding);
                var gradients = new ArrayList<double[]>();
                for (var segment : segments) {
                    var g = d.randomFloats(random, 0.1, segment.weight().elements());
                    d.ops().copy(segment.gradient().tensor(), g.tensor());
                    gradients.add(g.values());
                }
                var norm = d.floatOutput(1);
                var table = d.table(segments);
                d.ops().gradientNorm(norm, table);
                d.ops().adamW(table, d.scalars(s), norm);
                for (int i = 0; i < sizes.length; i++)
                    expected.get(i).step(gradients.get(i), s, Reference.norm(gradients));
            }
            for (int i = 0; i < sizes.length; i++) {
                var s = segments.get(i);
                assertClose(
                        "first moment", d.read(s.firstMoment()), expected.get(i).first());
                assertClose(
                        "second moment",
                        d.read(s.secondMoment()),
                        expected.get(i).second());
                var moved = change(d.read(s.master() == null ? s.weight() : s.master()), start.get(i));
                if (s.master() != null) {
                    assertThat(d.read(s.weight())).isEqualTo(rounded(d.read(s.master()), rounding, i));
                }
                // The weight rounds to 6e-8 of itself at each step; its change is a hundredth of it.
                OpsUnderTest.assertWithin(
                        "change", moved, change(expected.get(i).weight(), start.get(i)), 50 * tolerance(), 0);
            }
        }
    }

    /** To bfloat16, as the weight of segment {@code index} is its master's rounding after step 5. */
    private static double[] rounded(double[] master, Rounding rounding, int index) {
        if (rounding == Rounding.STOCHASTIC) {
            var floats = new float[master.length];
            for (int i = 0; i < floats.length; i++) floats[i] = (float) master[i];
            var drawn =
                    StochasticRounding.ofStep(SEED, index, 5).round(HostTensor.of(Shape.of(floats.length), floats), 0);
            return IntStream.range(0, floats.length).mapToDouble(drawn::get).toArray();
        }
        return Arrays.stream(master)
                .map(x -> Float.intBitsToFloat(HostTensor.toBfloat16((float) x) << 16))
                .toArray();
    }

    private static double[] change(double[] after, double[] before) {
        var change = new double[after.length];
        for (int i = 0; i < change.length; i++) change[i] = after[i] - before[i];
        return change;
    }

    @Test
    default void withoutClippingAnInfiniteNormDoesNoHarm() {
        try (var d = device()) {
            var gradient = new Gradient(
                    d.array(DType.F32, new float[] {3e38f, 3e38f, -1e38f}, 3).tensor());
            var weight = d.array(backend().storage(), new float[3], 3);
            var moments = List.of(d.array(DType.F32, new float[3], 3), d.array(DType.F32, new float[3], 3));
            var norm = d.floatOutput(1);
            d.ops().gradientNorm(norm, d.gradients(List.of(gradient)));
            assertThat(d.read(norm)[0]).isPositive();
            var segment = new AdamWSegment(
                    weight.tensor(),
                    d.master(weight),
                    gradient,
                    moments.get(0).tensor(),
                    moments.get(1).tensor(),
                    false);
            var step = new AdamWStep(1, 0.1, 0.9, 0.999, 1e-8, 0, Double.POSITIVE_INFINITY, 1, Rounding.STOCHASTIC);
            d.ops().adamW(d.table(List.of(segment)), d.scalars(step), norm);
            for (double w : d.read(weight.tensor())) assertThat(w).isFinite();
        }
    }

    /** A gradient that is NaN, or so large that clipping would make it NaN, must not reach the weights. */
    @Test
    default void aNormThatIsNoNumberChangesNothing() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            try (var d = device()) {
                var random = new Random(53);
                var weight = d.random(random, 1, 100);
                var master = d.master(weight);
                var gradient = new Gradient(d.randomFloats(random, 1, 100).tensor());
                var first = d.randomFloats(random, 1, 100);
                var second = d.randomFloats(random, 0, 100);
                var norm = d.scalar(bad);
                var segment =
                        new AdamWSegment(weight.tensor(), master, gradient, first.tensor(), second.tensor(), true);
                var step = new AdamWStep(1, 0.1, 0.9, 0.999, 1e-8, 0.1, 1, 1, Rounding.STOCHASTIC);
                d.ops().adamW(d.table(List.of(segment)), d.scalars(step), norm);
                assertThat(d.read(weight.tensor())).isEqualTo(weight.values());
                assertThat(d.read(first.tensor())).isEqualTo(first.values());
                assertThat(d.read(second.tensor())).isEqualTo(second.values());
                if (master != null) assertThat(d.read(master)).isEqualTo(weight.values());
            }
        }
    }
}
