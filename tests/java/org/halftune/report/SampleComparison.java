package org.halftune.report;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.halftune.report.MethodResult.BeforeAfter;
import org.halftune.report.MethodResult.CategoryShare;
import org.halftune.report.MethodResult.EvalLossPoint;
import org.halftune.report.MethodResult.LossPoint;
import org.halftune.report.html.HtmlReport;

/** INVENTED figures for looking at the report and for tests. Nothing here was measured; its title says so. */
public final class SampleComparison {
    private SampleComparison() {}

    /** Writes pages and data of the samples into a folder, and prints the table: to look at them. */
    public static void main(String[] arguments) {
        var folder = Path.of(arguments[0]);
        HtmlReport.write(sample(), folder.resolve("report.html"));
        HtmlReport.write(severalRates(), folder.resolve("rates.html"));
        HtmlReport.write(hftIsWorse(), folder.resolve("worse.html"));
        HtmlReport.write(nothingMeasured(), folder.resolve("nothing.html"));
        ComparisonJson.write(sample(), folder.resolve("comparison.json"));
        System.out.print(ConsoleTable.render(severalRates(), ConsoleTable.WIDTH));
    }

    public static Comparison sample() {
        return comparison("Sample with invented figures", fft(), hft(), saving(0.84, 0.82, 0.86, 62.59 / 88.8));
    }

    /** Four learning rates; the figures in detail stay the same. */
    public static Comparison severalRates() {
        return withRates(
                sample(),
                LearningRates.of(
                        List.of(
                                point(2e-4, 0.80, 0.96),
                                point(4e-4, 1, 0.935),
                                point(8e-4, 1, 0.789),
                                point(1.6e-3, 1, 0.3)),
                        List.of(
                                point(2e-4, 0.20, 0.98),
                                point(4e-4, 0.688, 0.954),
                                point(8e-4, 1, 0.917),
                                point(1.6e-3, 0.994, 0.829))));
    }

    /** Both within a budget. */
    public static Comparison inMemory(EqualMemoryResult equal) {
        var of = sample();
        return new Comparison(
                of.title(),
                of.createdAt(),
                of.programVersion(),
                of.machine(),
                of.model(),
                of.task(),
                of.settings(),
                of.rates(),
                of.fft(),
                of.hft(),
                of.saving(),
                Optional.of(equal));
    }

    /** FFT in smaller batches than HFT, and recomputing. */
    public static EqualMemoryResult equalMemory(double ratio, double low, double high) {
        return new EqualMemoryResult(
                "80MB",
                80_000_000,
                16,
                new EqualMemoryResult.Training(4, 4, "block", 79_000_000, "", "", fft().time()),
                new EqualMemoryResult.Training(16, 1, "cheap", 62_590_000, "", "", hft().time()),
                new HftSaving.Ratio(ratio, low, high));
    }

    /** FFT fits in no way. */
    public static EqualMemoryResult onlyHftFits() {
        var equal = equalMemory(Double.NaN, Double.NaN, Double.NaN);
        return new EqualMemoryResult(
                "64MB",
                64_000_000,
                16,
                new EqualMemoryResult.Training(
                        1,
                        16,
                        "block",
                        70_000_000,
                        "FFT needs 6 MB more",
                        "ways",
                        empty("FFT").time()),
                equal.hft(),
                equal.timeRatio());
    }

    static RatePoint point(double rate, double learned, double kept) {
        return new RatePoint(rate, learned, kept, 1.5, 0.5);
    }

    static Comparison withRates(Comparison of, LearningRates rates) {
        return new Comparison(
                of.title(),
                of.createdAt(),
                of.programVersion(),
                of.machine(),
                of.model(),
                of.task(),
                of.settings(),
                rates,
                of.fft(),
                of.hft(),
                of.saving(),
                of.equalMemory());
    }

    /** HFT slower, larger and worse: the wording must follow. */
    public static Comparison hftIsWorse() {
        return comparison("Sample with invented figures", hft("FFT"), fft("HFT"), saving(1.19, 1.16, 1.22, 1.41));
    }

    /** As after a run that was cut short: nothing but the frame. */
    public static Comparison nothingMeasured() {
        double none = Double.NaN;
        return comparison(
                "Sample with invented figures",
                empty("FFT"),
                empty("HFT"),
                new HftSaving(
                        new HftSaving.Predicted(none, none, none, ""),
                        new HftSaving.Measured(new HftSaving.Ratio(none, none, none), none)));
    }

    public static Comparison comparison(String title, MethodResult fft, MethodResult hft, HftSaving saving) {
        return new Comparison(
                title,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                "0.1.0",
                new Comparison.Machine(
                        "Linux 6.1, amd64", "Imaginary CPU @ 2.50GHz", 2, "25.0.1", "cpu, 2 threads, OpenBLAS 0.3.31"),
                new Comparison.ModelFacts("sample-model", 3_424_512, 6, 192, 512, 6, 3, 2048, true, "BF16"),
                new Comparison.Task(
                        "sample-task",
                        "models/tasks/sample-task/train.jsonl",
                        "models/tasks/sample-task/test.jsonl",
                        1200,
                        new Comparison.QuizInfo("sample-task", "exact match", 300),
                        new Comparison.QuizInfo("facts of the base", "exact match", 400),
                        "held-out stories"),
                new Comparison.Settings(5e-4, "linear", 200, 16, 1, 128, 0, 1, 42, "category", 0.5, 42, false, false),
                LearningRates.of(List.of(RatePoint.of(5e-4, fft)), List.of(RatePoint.of(5e-4, hft))),
                fft,
                hft,
                saving,
                Optional.empty());
    }

    public static HftSaving saving(double time, double low, double high, double memory) {
        return new HftSaving(
                new HftSaving.Predicted(
                        0.83,
                        0.70,
                        0.52,
                        "Time: FFT's measured parts, with weight gradients, gradient norm and optimizer scaled by what HFT trains."
                                + " Memory: the plan's sum over all buffers."),
                new HftSaving.Measured(new HftSaving.Ratio(time, low, high), memory));
    }

    public static MethodResult fft() {
        return fft("FFT");
    }

    private static MethodResult fft(String name) {
        return new MethodResult(
                name,
                new MethodResult.Trainable(3_424_512, 3_424_512, categories(1)),
                new StepTime(
                        new StepTime.Spread(84.2, 82.1, 91.4),
                        new StepTime.Parts(24.9, 23.8, 23.4, 2.1, 8.6, 1.2),
                        9812,
                        200),
                new MemoryUse(13_700_000, 13_700_000, 27_400_000, 0, 31_000_000, 2_100_000, 900_000, 88_800_000),
                losses(0.42, 1),
                evalLosses(0.46, 0.02),
                new MethodResult.Scores(
                        new BeforeAfter(0.03, 0.92), new BeforeAfter(0.88, 0.786), new BeforeAfter(4.12, 6.03)));
    }

    public static MethodResult hft() {
        return hft("HFT");
    }

    private static MethodResult hft(String name) {
        return new MethodResult(
                name,
                new MethodResult.Trainable(1_733_000, 3_424_512, categories(0.5)),
                new StepTime(
                        new StepTime.Spread(70.9, 69.0, 77.8),
                        new StepTime.Parts(24.8, 23.9, 12.1, 1.2, 4.5, 1.2),
                        11_640,
                        200),
                new MemoryUse(13_700_000, 6_930_000, 13_860_000, 0, 25_100_000, 2_100_000, 900_000, 62_590_000),
                losses(0.47, 2),
                evalLosses(0.49, 0),
                new MethodResult.Scores(
                        new BeforeAfter(0.03, 0.91), new BeforeAfter(0.88, 0.849), new BeforeAfter(4.12, 4.61)));
    }

    public static MethodResult withScores(MethodResult of, MethodResult.Scores scores) {
        return new MethodResult(of.name(), of.parameters(), of.time(), of.memory(), of.loss(), of.evalLoss(), scores);
    }

    /** The method with other training losses, one a step from 1 on. */
    public static MethodResult withLosses(MethodResult of, double... losses) {
        var points = IntStream.range(0, losses.length)
                .mapToObj(i -> new LossPoint(i + 1, losses[i]))
                .toList();
        return new MethodResult(of.name(), of.parameters(), of.time(), of.memory(), points, List.of(), of.scores());
    }

    private static MethodResult empty(String name) {
        double none = Double.NaN;
        return new MethodResult(
                name,
                new MethodResult.Trainable(0, 0, List.of()),
                new StepTime(
                        new StepTime.Spread(none, none, none),
                        new StepTime.Parts(none, none, none, none, none, none),
                        none,
                        0),
                new MemoryUse(0, 0, 0, 0, 0, 0, 0, 0),
                List.of(),
                List.of(),
                new MethodResult.Scores(BeforeAfter.NOT_MEASURED, BeforeAfter.NOT_MEASURED, BeforeAfter.NOT_MEASURED));
    }

    private static List<CategoryShare> categories(double ratio) {
        return List.of(
                new CategoryShare("embeddings", 393_216, 393_216, 1, 1),
                new CategoryShare("attention", (long) (884_736 * ratio * 1.08), 955_515, (int) (24 * ratio), 24),
                new CategoryShare("feed-forward", (long) (2_073_205 * ratio), 2_073_205, (int) (18 * ratio), 18),
                new CategoryShare("layer norms", (long) (2304 * ratio), 2304, (int) (12 * ratio), 12),
                new CategoryShare("final norm", 192, 192, 1, 1));
    }

    private static List<LossPoint> losses(double end, long seed) {
        var random = new Random(seed);
        return IntStream.rangeClosed(1, 200)
                .mapToObj(step -> new LossPoint(
                        step,
                        end + 3.4 * Math.exp(-step / 28.0) + 0.09 * random.nextGaussian() * Math.exp(-step / 300.0)))
                .toList();
    }

    private static List<EvalLossPoint> evalLosses(double end, double rise) {
        return IntStream.rangeClosed(0, 8)
                .mapToObj(i -> new EvalLossPoint(i * 25, end + 3.4 * Math.exp(-i * 25 / 28.0) + rise * i / 8))
                .toList();
    }
}
