package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.halftune.backend.Phase;

/**
 * Takes steps of several methods in turn in one process, so that disturbances of the machine hit all alike, and prints
 * medians, where the time went, and the ratio to full fine-tuning with its 95 % interval over pairs of steps.
 *
 * <p>{@code StepComparison PRESET [SECONDS] [THREADS] [DEVICE]}, on the CPU unless told {@code cuda}
 */
public final class StepComparison {
    private static final int WARM_UP = 5;

    private StepComparison() {}

    private static final class Series {
        final List<Double> milliseconds = new ArrayList<>();
        final Map<Phase, DescriptiveStatistics> phases = new EnumMap<>(Phase.class);

        void add(double ms, Map<Phase, Double> seconds) {
            milliseconds.add(ms);
            seconds.forEach((phase, s) -> phases.computeIfAbsent(phase, _ -> new DescriptiveStatistics())
                    .addValue(1e3 * s));
        }

        double median() {
            return statistics(milliseconds).getPercentile(50);
        }
    }

    public static void main(String[] arguments) {
        var preset = Preset.named(arguments[0]);
        double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 60;
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
        var device = arguments.length > 3 ? arguments[3] : "cpu";
        try (var backend = Devices.open(device, threads)) {
            System.out.printf("%s, %s, %d tokens a step%n", backend.description(), preset, preset.tokens());
            var methods = TrainingStep.Method.values();
            var steps = new EnumMap<TrainingStep.Method, TrainingStep>(TrainingStep.Method.class);
            var series = new EnumMap<TrainingStep.Method, Series>(TrainingStep.Method.class);
            var bytes = new EnumMap<TrainingStep.Method, Long>(TrainingStep.Method.class);
            for (var method : methods) {
                long before = backend.memory().total();
                steps.put(method, new TrainingStep(backend, preset, method));
                bytes.put(method, backend.memory().total() - before);
                series.put(method, new Series());
            }
            long end = System.nanoTime() + (long) (1e9 * seconds);
            for (int round = -WARM_UP; round < 3 || System.nanoTime() < end; round++) {
                for (int i = 0; i < methods.length; i++) {
                    var method = methods[Math.floorMod(round + i, methods.length)];
                    backend.timeline().drain();
                    long start = System.nanoTime();
                    steps.get(method).step();
                    double ms = 1e-6 * (System.nanoTime() - start);
                    if (round >= 0)
                        series.get(method).add(ms, backend.timeline().drain());
                }
            }
            report(preset, series, bytes);
            steps.values().forEach(TrainingStep::close);
        }
    }

    private static void report(
            Preset preset, Map<TrainingStep.Method, Series> series, Map<TrainingStep.Method, Long> bytes) {
        var full = series.get(TrainingStep.Method.FFT);
        System.out.printf(
                "%-22s %9s %8s %7s %16s %8s  %s%n",
                "", "ms/step", "tokens/s", "MiB", "ratio [95 %]", "steps", "ms by phase");
        series.forEach((method, s) -> {
            var ratios = new ArrayList<Double>();
            for (int i = 0; i < s.milliseconds.size(); i++)
                ratios.add(s.milliseconds.get(i) / full.milliseconds.get(i));
            var ratio = statistics(ratios);
            double half = ratios.size() < 2
                    ? Double.NaN
                    : new TDistribution(ratios.size() - 1).inverseCumulativeProbability(0.975)
                            * ratio.getStandardDeviation()
                            / Math.sqrt(ratios.size());
            var parts = new StringBuilder();
            s.phases.forEach((phase, values) -> parts.append(String.format(
                    Locale.ROOT, " %s %.1f", phase.name().toLowerCase(Locale.ROOT), values.getPercentile(50))));
            System.out.printf(
                    Locale.ROOT,
                    "%-22s %9.1f %8.0f %7.0f  %5.3f ± %5.3f %8d %s%n",
                    method,
                    s.median(),
                    preset.tokens() / s.median() * 1e3,
                    bytes.get(method) / 1048576.0,
                    ratio.getPercentile(50),
                    half,
                    s.milliseconds.size(),
                    parts);
        });
    }

    private static DescriptiveStatistics statistics(List<Double> values) {
        return new DescriptiveStatistics(
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
