package org.halftune.statistics;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The mean of n values with its spread and its 95 % interval by Student's t distribution:
 * {@code mean ± t(0.975, n−1)·sd/√n}.
 *
 * @param n number of values
 * @param mean NaN if n is 0
 * @param sd standard deviation of the values, with divisor n−1; NaN if n is below 2
 * @param low lower end of the interval; NaN if n is below 2
 * @param high upper end
 * @param least smallest value; NaN if n is 0
 * @param most largest value
 */
public record Estimate(int n, double mean, double sd, double low, double high, double least, double most) {
    private static final double QUANTILE = 0.975;

    /** Of these values; NaN (not measured) is left out. */
    public static Estimate of(double... values) {
        double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
        int n = known.length;
        if (n == 0) return new Estimate(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        double least = Arrays.stream(known).min().orElseThrow();
        double most = Arrays.stream(known).max().orElseThrow();
        // Equal values have their value as the mean: the rounding of sum ÷ n would give them a spread.
        double mean = least == most ? least : Arrays.stream(known).sum() / n;
        if (n == 1) return new Estimate(1, mean, Double.NaN, Double.NaN, Double.NaN, least, most);
        double squares = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum();
        double sd = Math.sqrt(squares / (n - 1));
        double half = sd == 0 ? 0 : new TDistribution(n - 1).inverseCumulativeProbability(QUANTILE) * sd / Math.sqrt(n);
        return new Estimate(n, mean, sd, mean - half, mean + half, least, most);
    }

    /** Half the width of the interval; NaN without one. */
    public double margin() {
        return (high - low) / 2;
    }

    /** Whether there is an interval, so that it can be compared with a value. */
    public boolean hasInterval() {
        return !Double.isNaN(low);
    }

    /** Whether 0 lies in the interval; false without one. */
    public boolean includesZero() {
        return low <= 0 && high >= 0;
    }

    /**
     * The two-sided p value of the paired t test: the probability of a mean at least as far from 0, if the values are differences
     * with mean 0 and normal noise. 1 if all are 0. NaN with fewer than 2 values, or if all are equal and not 0: without spread
     * there is no t.
     */
    public double pairedT() {
        if (n < 2) return Double.NaN;
        if (sd == 0) return mean == 0 ? 1 : Double.NaN;
        double t = Math.abs(mean) / (sd / Math.sqrt(n));
        return 2 * new TDistribution(n - 1).cumulativeProbability(-t);
    }
}
