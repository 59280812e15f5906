import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.halftune.report.Comparison;
import org.halftune.report.ComparisonJson;
import org.halftune.report.EqualLearning;
import org.halftune.report.Figures;
import org.halftune.report.LearningRates;
import org.halftune.report.RatePoint;

/**
 * The fronts of the bundled tasks over several seeds, as tables in Markdown: from all {@code comparison.json} below a folder,
 * which {@code fronts.sh} fills. Comparisons of one task and seed at different learning rates count as one.
 *
 * <p>{@code java --class-path target/halftune.jar models/Fronts.java FOLDER}
 */
final class Fronts {
    /** By task, in the order of their names, then by seed. */
    private final SortedMap<String, SortedMap<Long, List<Comparison>>> runs = new TreeMap<>();

    private Fronts() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1 || !Files.isDirectory(Path.of(arguments[0]))) {
            System.err.println("usage: Fronts.java FOLDER, a folder that fronts.sh has filled");
            System.exit(2);
        }
        var fronts = new Fronts();
        try (var files = Files.walk(Path.of(arguments[0]))) {
            files.filter(file -> file.endsWith("comparison.json"))
                    .sorted()
                    .map(ComparisonJson::read)
                    .forEach(fronts::add);
        }
        fronts.points();
        IO.println();
        fronts.equalLearning();
    }

    private void add(Comparison run) {
        runs.computeIfAbsent(task(run), _ -> new TreeMap<>())
                .computeIfAbsent(run.settings().seed(), _ -> new ArrayList<>())
                .add(run);
    }

    private static String task(Comparison run) {
        return run.task().name().replace("the task ", "");
    }

    /** Learned and kept at each rate: means over the seeds that were run there. */
    private void points() {
        var rates = runs.values().stream()
                .flatMap(seeds -> seeds.values().stream())
                .flatMap(one -> merged(one).fft().stream())
                .map(RatePoint::learningRate)
                .distinct()
                .sorted()
                .toList();
        IO.println("| task | method | "
                + rates.stream().map(Figures::learningRate).collect(Collectors.joining(" | ")) + " |");
        IO.println("|---|---|" + "---|".repeat(rates.size()));
        runs.forEach((task, seeds) -> {
            IO.println("| `" + task + "` | FFT | " + cells(seeds, rates, LearningRates::fft) + " |");
            IO.println("| | HFT | " + cells(seeds, rates, LearningRates::hft) + " |");
        });
    }

    private static String cells(
            SortedMap<Long, List<Comparison>> seeds,
            List<Double> rates,
            Function<LearningRates, List<RatePoint>> method) {
        return rates.stream()
                .map(rate -> {
                    var points = seeds.values().stream()
                            .flatMap(one -> method.apply(merged(one)).stream())
                            .filter(point -> point.learningRate() == rate)
                            .toList();
                    return points.isEmpty()
                            ? Figures.NONE
                            : mean(points, RatePoint::learned) + " / " + mean(points, RatePoint::kept);
                })
                .collect(Collectors.joining(" | "));
    }

    /** Kept by HFT less kept by FFT at equal learning, and the best rates: each a mean and its range over the seeds. */
    private void equalLearning() {
        IO.println(
                "| task | seeds | at equal learning HFT keeps | common range of learning | best of FFT | best of HFT |");
        IO.println("|---|---|---|---|---|---|");
        runs.forEach((task, seeds) -> {
            var all = seeds.values().stream().map(Fronts::merged).toList();
            var known = all.stream()
                    .map(LearningRates::equalLearning)
                    .filter(equal -> !equal.levels().isEmpty())
                    .toList();
            IO.println("| `" + task + "` | " + all.size() + " | "
                    + range(known, EqualLearning::difference, true) + " | "
                    + (known.isEmpty()
                            ? "none"
                            : mean(known, equal -> equal.levels().getFirst().learned()) + "–"
                                    + mean(
                                            known,
                                            equal -> equal.levels().getLast().learned()))
                    + " | " + best(all, LearningRates::fft, LearningRates::fftBest)
                    + " | " + best(all, LearningRates::hft, LearningRates::hftBest) + " |");
        });
    }

    private static String best(
            List<LearningRates> all,
            Function<LearningRates, List<RatePoint>> method,
            ToDoubleFunction<LearningRates> rate) {
        String at = all.stream()
                .mapToDouble(rate)
                .distinct()
                .sorted()
                .mapToObj(Figures::learningRate)
                .collect(Collectors.joining(", "));
        return range(
                        all,
                        rates -> rates.measure().of(LearningRates.at(method.apply(rates), rate.applyAsDouble(rates))),
                        false)
                + " at " + at;
    }

    /** One task and seed, whether its rates were run together or apart. */
    private static LearningRates merged(List<Comparison> runs) {
        return LearningRates.of(points(runs, LearningRates::fft), points(runs, LearningRates::hft));
    }

    private static List<RatePoint> points(List<Comparison> runs, Function<LearningRates, List<RatePoint>> method) {
        return runs.stream()
                .flatMap(run -> method.apply(run.rates()).stream())
                .sorted(Comparator.comparingDouble(RatePoint::learningRate))
                .toList();
    }

    private static <T> String mean(List<T> of, ToDoubleFunction<T> share) {
        return percent(of.stream().mapToDouble(share).average().orElse(Double.NaN), false);
    }

    private static <T> String range(List<T> of, ToDoubleFunction<T> share, boolean signed) {
        if (of.isEmpty()) return Figures.NONE;
        var found = of.stream().mapToDouble(share).summaryStatistics();
        String mean = percent(found.getAverage(), signed);
        if (of.size() == 1) return mean;
        return mean + " (" + percent(found.getMin(), signed) + " to " + percent(found.getMax(), signed) + ")";
    }

    private static String percent(double share, boolean signed) {
        return signed ? Figures.signed(100 * share, 1) : String.format(Locale.ROOT, "%.1f", 100 * share);
    }
}
