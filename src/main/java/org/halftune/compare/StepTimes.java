package org.halftune.compare;

import java.util.List;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.halftune.backend.Phase;
import org.halftune.report.HftSaving.Ratio;
import org.halftune.report.StepTime;

/**
 * Statistics of timed steps, without warm-up steps: in these the JVM compiles, and the device's graph is captured at the second batch
 * of a shape.
 */
final class StepTimes {
    /** With fewer pairs, even the smallest and largest ratio are not a 95 % interval of the median. */
    private static final int LEAST_PAIRS = 6;

    /** The first step runs without a graph, the second captures it; later steps replay it. */
    private static final int LEAST_WARM_UP = 2;

    private StepTimes() {}

    /** Number of warm-up steps: a fifth of {@code steps}, at least 2 and at most 10. At least one step is timed. */
    static int warmUp(int steps) {
        return Math.clamp(steps / 5, Math.clamp(steps - 1, 0, LEAST_WARM_UP), 10);
    }

    /** @param runs one method's steps, a list for each learning rate; step times do not depend on the rate */
    static StepTime of(List<List<ComparedMethod.Step>> runs) {
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
    private static double median(List<ComparedMethod.Step> steps, Phase phase) {
        var values = new DescriptiveStatistics();
        for (var step : steps) values.addValue(1e3 * step.phases().getOrDefault(phase, 0.0));
        return values.getPercentile(50);
    }

    /**
     * HFT's time ÷ FFT's. Step i of both methods reads the same rows at nearly the same time, so each pair gives a ratio. Returns the
     * median ratio with its 95 % interval from order statistics (binomial, without assumptions about the noise). With fewer than
     * {@value #LEAST_PAIRS} pairs there is no interval and no ratio.
     *
     * @param full FFT's steps, a list for each learning rate
     * @param half HFT's, of the same rates
     */
    static Ratio ratio(List<List<ComparedMethod.Step>> full, List<List<ComparedMethod.Step>> half) {
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
