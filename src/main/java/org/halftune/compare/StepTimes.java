package org.halftune.compare;

import java.util.List;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.halftune.backend.Phase;
import org.halftune.report.HftSaving.Ratio;
import org.halftune.report.StepTime;

/**
 * Statistics of timed steps. The first steps do not count: in them the JVM still compiles, and a device's graph is captured
 * and instantiated at the second batch of a shape.
 */
final class StepTimes {
    /** Of fewer, the smallest and the largest enclose the median with less than 95 %. */
    private static final int LEAST_PAIRS = 6;

    /** One step runs eagerly, the next captures its graph; from the third on graphs are launched. */
    private static final int LEAST_WARM_UP = 2;

    private StepTimes() {}

    /** How many of {@code steps} are warm-up: a fifth, at least two and ten at most. One is always timed. */
    static int warmUp(int steps) {
        return Math.clamp(steps / 5, Math.clamp(steps - 1, 0, LEAST_WARM_UP), 10);
    }

    /** @param runs one method's steps, a list for each learning rate, which a step's time does not depend on */
    static StepTime of(List<List<Contender.Step>> runs) {
        var steps = runs.stream()
                .flatMap(all -> all.subList(warmUp(all.size()), all.size()).stream())
                .toList();
        var seconds = new DescriptiveStatistics();
        double tokens = 0;
        double total = 0;
        for (var step : steps) {
            seconds.addValue(step.seconds());
            tokens += step.result().inputTokens();
            total += step.seconds();
        }
        return new StepTime(
                new StepTime.Spread(
                        1e3 * seconds.getPercentile(50),
                        1e3 * seconds.getPercentile(10),
                        1e3 * seconds.getPercentile(90)),
                new StepTime.Parts(
                        median(steps, Phase.FORWARD),
                        median(steps, Phase.BACKWARD_INPUT),
                        median(steps, Phase.BACKWARD_WEIGHT),
                        median(steps, Phase.CLIP),
                        median(steps, Phase.OPTIMIZER),
                        median(steps, Phase.OTHER)),
                total == 0 ? Double.NaN : tokens / total,
                steps.size());
    }

    /** Milliseconds of a part. */
    private static double median(List<Contender.Step> steps, Phase phase) {
        var values = new DescriptiveStatistics();
        for (var step : steps) values.addValue(1e3 * step.phases().getOrDefault(phase, 0.0));
        return values.getPercentile(50);
    }

    /**
     * HFT's time over FFT's. Step i of both reads the same rows at nearly the same moment, so each pair gives a ratio of its
     * own: the median of the pairs, with the 95 % interval that order statistics give (binomial, so nothing is assumed of
     * the machine's noise). Fewer than {@value #LEAST_PAIRS} pairs have no such interval, and no ratio is claimed.
     *
     * @param full FFT's steps, a list for each learning rate
     * @param half HFT's, of the same rates
     */
    static Ratio ratio(List<List<Contender.Step>> full, List<List<Contender.Step>> half) {
        var pairs = new DescriptiveStatistics();
        for (int run = 0; run < full.size(); run++) {
            var fft = full.get(run);
            var hft = half.get(run);
            for (int i = warmUp(fft.size()); i < fft.size(); i++) {
                pairs.addValue(hft.get(i).seconds() / fft.get(i).seconds());
            }
        }
        int n = (int) pairs.getN();
        if (n < LEAST_PAIRS) return Ratio.UNKNOWN;
        var sorted = pairs.getSortedValues();
        var binomial = new BinomialDistribution(n, 0.5);
        int low = Math.max(0, binomial.inverseCumulativeProbability(0.025) - 1);
        return new Ratio(pairs.getPercentile(50), sorted[low], sorted[n - 1 - low]);
    }
}
