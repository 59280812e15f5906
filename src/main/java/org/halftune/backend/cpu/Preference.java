package org.halftune.backend.cpu;

import org.halftune.backend.PairLoss;
import org.halftune.backend.PairTable;
import org.halftune.backend.Tensor;

/**
 * Losses of preference pairs and the weights of their tokens: see {@link PairLoss} and {@link PairTable}. Sums are in double, in
 * order, and a log-probability is rounded once to fp32.
 */
final class Preference {

    /** {@code reference = −Σ losses} of both sides of each pair. */
    void logProbs(Tensor pairs, Tensor losses) {
        for (int p = 0; p < count(pairs); p++) {
            long at = at(p);
            int from = row(pairs, at, PairTable.CHOSEN), middle = row(pairs, at, PairTable.REJECTED);
            Lanes.set(pairs.memory(), at + PairTable.REFERENCE, logProb(losses, from, middle));
            int to = row(pairs, at, PairTable.END);
            Lanes.set(pairs.memory(), at + PairTable.REFERENCE + 1, logProb(losses, middle, to));
        }
    }

    void losses(Tensor sums, Tensor weights, Tensor pairs, Tensor losses, PairLoss loss) {
        var totals = new double[PairTable.Figure.values().length];
        for (int i = 0; i < totals.length; i++) {
            totals[i] = (double) Lanes.get(sums.memory(), 2L * i) + Lanes.get(sums.memory(), 2L * i + 1);
        }
        for (int p = 0; p < count(pairs); p++) {
            long at = at(p);
            int from = row(pairs, at, PairTable.CHOSEN), middle = row(pairs, at, PairTable.REJECTED);
            int to = row(pairs, at, PairTable.END);
            float chosen = logProb(losses, from, middle), rejected = logProb(losses, middle, to);
            double more = (double) chosen - Lanes.get(pairs.memory(), at + PairTable.REFERENCE);
            double less = (double) rejected - Lanes.get(pairs.memory(), at + PairTable.REFERENCE + 1);
            double scale = Lanes.get(pairs.memory(), at + PairTable.SCALE);
            var outcome = Outcome.of(loss, more, less, middle - from, to - middle);
            for (int row = from; row < to; row++) {
                double derivative = row < middle ? outcome.chosen : outcome.rejected;
                Lanes.set(weights.memory(), row, (float) (-scale * derivative));
            }
            float[] figures = {
                (float) (scale * outcome.loss),
                (float) (scale * loss.beta() * more),
                (float) (scale * loss.beta() * less),
                more > less ? (float) scale : 0,
                (float) (scale * chosen),
                (float) (scale * rejected)
            };
            for (int i = 0; i < figures.length; i++) {
                Lanes.set(pairs.memory(), at + PairTable.FIGURES + i, figures[i]);
                totals[i] += figures[i];
            }
        }
        for (int i = 0; i < totals.length; i++) {
            float high = (float) totals[i];
            Lanes.set(sums.memory(), 2L * i, high);
            Lanes.set(sums.memory(), 2L * i + 1, Float.isInfinite(high) ? 0 : (float) (totals[i] - high));
        }
    }

    /**
     * A pair's loss.
     *
     * @param chosen its derivative with respect to the log-probability of the chosen sequence
     */
    private record Outcome(double loss, double chosen, double rejected) {

        /**
         * StrictMath: the last bit does not depend on the compiler.
         *
         * @param more r of the chosen sequence
         * @param less r of the rejected one
         */
        static Outcome of(PairLoss loss, double more, double less, int chosenRows, int rejectedRows) {
            double beta = loss.beta(), epsilon = loss.smoothing();
            double x = beta * (more - less);
            return switch (loss.type()) {
                case IPO -> {
                    double a = Math.max(1, chosenRows), b = Math.max(1, rejectedRows);
                    double off = more / a - less / b - 1 / (2 * beta);
                    yield new Outcome(off * off, 2 * off / a, -2 * off / b);
                }
                case HINGE -> x >= 1 ? new Outcome(0, 0, 0) : new Outcome(1 - x, -beta, beta);
                case SIGMOID -> {
                    double slope = -logistic(-x);
                    yield new Outcome(softplus(-x), beta * slope, -beta * slope);
                }
                case ROBUST -> {
                    double share = 1 / (1 - 2 * epsilon);
                    double value = share * ((1 - epsilon) * softplus(-x) - (epsilon > 0 ? epsilon * softplus(x) : 0));
                    double slope = -share * ((1 - epsilon) * logistic(-x) + epsilon * logistic(x));
                    yield new Outcome(value, beta * slope, -beta * slope);
                }
            };
        }

        private static double logistic(double x) {
            return 1 / (1 + StrictMath.exp(-x));
        }

        /** {@code log(1 + eˣ)}, for any x without overflow. */
        private static double softplus(double x) {
            return (x > 0 ? x : 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
        }
    }

    private static float logProb(Tensor losses, int from, int to) {
        double sum = 0;
        for (int row = from; row < to; row++) sum += Lanes.get(losses.memory(), row);
        return (float) -sum;
    }

    private static int count(Tensor pairs) {
        return Lanes.getInt(pairs.memory(), 0);
    }

    private static long at(int pair) {
        return (long) PairTable.WORDS * (1 + pair);
    }

    private static int row(Tensor pairs, long at, int word) {
        return Lanes.getInt(pairs.memory(), at + word);
    }
}
