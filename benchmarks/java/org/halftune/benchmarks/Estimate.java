package org.halftune.benchmarks;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * A mean with half the width of its 95 % interval, {@code t(0.975, n−1)·s/√n} by Student's t-distribution (Apache Commons Math):
 * n independent values, s their standard deviation. NaN for fewer than two values.
 */
record Estimate(double mean, double half) {
    static Estimate of(List<Double> values) {
        var summary = new SummaryStatistics();
        values.forEach(summary::addValue);
        int n = values.size();
        double half = n < 2
                ? Double.NaN
                : new TDistribution(n - 1).inverseCumulativeProbability(0.975)
                        * summary.getStandardDeviation()
                        / Math.sqrt(n);
        return new Estimate(summary.getMean(), half);
    }

    double low() {
        return mean - half;
    }

    double high() {
        return mean + half;
    }
}
