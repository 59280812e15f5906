package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.halftune.backend.PairLoss.Type;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** Losses of preference pairs, and the weights of their tokens. */
interface PreferenceOps extends OpsUnderTest {
    List<PairLoss> LOSSES = List.of(
            new PairLoss(Type.SIGMOID, 0.1, 0),
            new PairLoss(Type.SIGMOID, 2, 0),
            new PairLoss(Type.HINGE, 0.1, 0),
            new PairLoss(Type.HINGE, 2, 0),
            new PairLoss(Type.IPO, 0.1, 0),
            new PairLoss(Type.ROBUST, 0.1, 0.1),
            new PairLoss(Type.ROBUST, 0.5, 0.4),
            new PairLoss(Type.ROBUST, 0.1, 0));

    /** Row counts of both sides of each pair: one row, none, more than a block. */
    int[][] SIDES = {{3, 5}, {1, 1}, {0, 2}, {700, 33}, {40, 300}};

    /** The same in double, as TRL writes it. */
    private static double loss(PairLoss l, double chosen, double rejected, int n, int m) {
        double x = l.beta() * (chosen - rejected), e = l.smoothing();
        return switch (l.type()) {
            case SIGMOID -> -logSigmoid(x);
            case HINGE -> Math.max(0, 1 - x);
            case IPO -> Math.pow(chosen / Math.max(1, n) - rejected / Math.max(1, m) - 1 / (2 * l.beta()), 2);
            case ROBUST -> (-(1 - e) * logSigmoid(x) + e * logSigmoid(-x)) / (1 - 2 * e);
        };
    }

    private static double logSigmoid(double x) {
        return x < -30 ? x : -Math.log1p(Math.exp(-x));
    }

    /** Derivative with respect to the chosen log-probability, by a central difference. */
    private static double slope(PairLoss l, double chosen, double rejected, int n, int m) {
        double h = 1e-5;
        return (loss(l, chosen + h, rejected, n, m) - loss(l, chosen - h, rejected, n, m)) / (2 * h);
    }

    @Test
    default void pairLossesAndTheirWeightsAreThoseOfTheFormulas() {
        for (var loss : LOSSES) {
            var random = new Random(7);
            try (var d = device()) {
                var pairs = new ArrayList<PairTable.Pair>();
                int row = 0;
                for (int[] side : SIDES) {
                    int middle = row + side[0], end = middle + side[1];
                    float scale = 0.05f * (1 + pairs.size());
                    pairs.add(new PairTable.Pair(
                            row,
                            middle,
                            end,
                            scale,
                            -side[0] + (float) random.nextGaussian(),
                            -side[1] + (float) random.nextGaussian()));
                    row = end;
                }
                var values = new float[row + 3]; // padding follows
                for (int i = 0; i < row; i++) values[i] = (float) Math.abs(1 + 0.3 * random.nextGaussian());
                var losses = d.array(DType.F32, values, values.length);
                var words = Arrays.copyOf(PairTable.of(pairs), PairTable.words(SIDES.length + 2));
                var table = d.ints(words);
                var weights = d.array(DType.F32, new float[values.length], values.length);
                var sums = d.floats(new float[12]);
                d.ops().pairLosses(sums, weights.tensor(), table, losses.tensor(), loss);

                var expected = new double[6];
                var actual = d.read(weights.tensor());
                for (var pair : pairs) {
                    float chosen = (float) -sum(losses.values(), pair.chosen(), pair.rejected());
                    float rejected = (float) -sum(losses.values(), pair.rejected(), pair.end());
                    double more = (double) chosen - pair.referenceChosen();
                    double less = (double) rejected - pair.referenceRejected();
                    int n = pair.rejected() - pair.chosen(), m = pair.end() - pair.rejected();
                    double[] figures = {
                        loss(loss, more, less, n, m),
                        loss.beta() * more,
                        loss.beta() * less,
                        more > less ? 1 : 0,
                        chosen,
                        rejected
                    };
                    for (int i = 0; i < 6; i++) expected[i] += pair.scale() * figures[i];
                    double slope = slope(loss, more, less, n, m);
                    for (int i = pair.chosen(); i < pair.end(); i++) {
                        double ratio =
                                loss.type() == Type.IPO && i >= pair.rejected() ? (double) Math.max(1, n) / m : 1;
                        double side = i < pair.rejected() ? slope : -slope * ratio;
                        assertThat(actual[i])
                                .as("%s, row %d", loss, i)
                                .isCloseTo(-pair.scale() * side, within(1e-6 + 1e-5 * Math.abs(side)));
                    }
                }
                for (int i = row; i < values.length; i++) assertThat(actual[i]).isZero();
                var parts = d.read(sums);
                for (int i = 0; i < 6; i++) {
                    assertThat(parts[2 * i] + parts[2 * i + 1])
                            .as("%s, figure %d", loss, i)
                            .isCloseTo(expected[i], within(1e-6 * (1 + Math.abs(expected[i]))));
                }
            }
        }
    }

    private static double sum(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) sum += values[i];
        return sum;
    }

    @Test
    default void equalModelsHaveNoRewardAtAll() {
        try (var d = device()) {
            var losses = d.randomFloats(new Random(3), 5, 800);
            var table = d.ints(PairTable.of(List.of(new PairTable.Pair(0, 350, 800, 1, 0, 0))));
            var sums = d.floats(new float[12]);
            var weights = d.floats(new float[800]);
            d.ops().pairLogProbs(table, losses.tensor());
            d.ops().pairLosses(sums, weights, table, losses.tensor(), new PairLoss(Type.SIGMOID, 0.1, 0));
            var parts = d.read(sums);
            assertThat(parts[0]).isCloseTo(Math.log(2), within(1e-7));
            for (int i = 2; i < 8; i++)
                assertThat(parts[i]).as("figure at %d", i).isZero();
            var actual = d.read(weights);
            assertThat(actual[0]).isCloseTo(0.05, within(1e-8));
            assertThat(actual[799]).isCloseTo(-0.05, within(1e-8));
        }
    }

    @Test
    default void farAwayPairsStayFiniteAndNaNStaysOne() {
        try (var d = device()) {
            for (var type : Type.values()) {
                for (float first : new float[] {1e4f, Float.NaN}) {
                    var losses = d.floats(first, 1);
                    var table = d.ints(PairTable.of(List.of(new PairTable.Pair(0, 1, 2, 1, 0, 0))));
                    var sums = d.floats(new float[12]);
                    d.ops()
                            .pairLosses(
                                    sums,
                                    d.floats(0, 0),
                                    table,
                                    losses,
                                    new PairLoss(type, 1, type == Type.ROBUST ? 0.2 : 0));
                    double loss = d.read(sums)[0];
                    if (Float.isNaN(first)) assertThat(loss).as(type.name()).isNaN();
                    else assertThat(loss).as(type.name()).isFinite().isGreaterThan(9e3);
                }
            }
        }
    }
}
