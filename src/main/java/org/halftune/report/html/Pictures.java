package org.halftune.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.console.Amounts;
import org.halftune.report.Comparison;
import org.halftune.report.Figures;
import org.halftune.report.MethodResult;
import org.halftune.report.MethodResult.BeforeAfter;

/** The charts of a comparison's report, each with a heading and a caption with its main numbers. */
final class Pictures {
    /** CSS classes of the parts, in the order of {@code StepTime.Parts.byTitle}. */
    private static final List<String> TIME_LOOKS =
            List.of("forward", "activations", "gradients", "norm", "optimizer", "rest");

    /** In the order of {@code MemoryUse.byTitle}; gradients and optimizer have the same colours as in the time chart. */
    private static final List<String> MEMORY_LOOKS =
            List.of("forward", "gradients", "optimizer", "masters", "activations", "norm", "rest");

    private final Comparison comparison;
    private final MethodResult fft;
    private final MethodResult hft;

    private Pictures(Comparison comparison) {
        this.comparison = comparison;
        this.fft = comparison.fft();
        this.hft = comparison.hft();
    }

    static List<Element> of(Comparison comparison) {
        var pictures = new Pictures(comparison);
        var all = new ArrayList<Element>();
        if (comparison.rates().several()) all.add(pictures.front().with("class", "front"));
        if (!comparison.hasSameStep()) return List.of(pictures.trainable());
        all.addAll(List.of(
                pictures.loss(),
                pictures.scores(),
                pictures.time(),
                pictures.memory(),
                pictures.trainable(),
                pictures.saving()));
        return all;
    }

    private Element front() {
        var rates = comparison.rates();
        var equal = rates.equalLearning();
        String caption =
                "Each point is one training from the base model, labelled with its learning rate. Up and to the right is"
                        + " better. Lines connect the rates that no other rate of the method beats in both. "
                        + (equal.levels().isEmpty()
                                ? "The two methods have no common range of learned."
                                : "Over the common range of learned, from "
                                        + Figures.percent(
                                                equal.levels().getFirst().learned()) + " to "
                                        + Figures.percent(
                                                equal.levels().getLast().learned()) + ", HFT keeps "
                                        + Figures.decimals(100 * Math.abs(equal.difference()), 1) + " points "
                                        + (equal.difference() < 0 ? "less" : "more") + " than FFT on average.");
        return figure("Learned vs kept", caption, FrontChart.draw(caption, rates.fft(), rates.hft()));
    }

    /** The learning rate of a chart, if there are several. */
    private String atRate() {
        return comparison.rates().several()
                ? ", learning rate "
                        + Figures.learningRate(comparison.settings().learningRate())
                : "";
    }

    private Element loss() {
        var curves = new ArrayList<Curve>();
        curves.add(training(fft, "fft"));
        curves.add(training(hft, "hft"));
        if (!fft.evalLoss().isEmpty()) curves.add(test(fft, "fft"));
        if (!hft.evalLoss().isEmpty()) curves.add(test(hft, "hft"));
        String caption = fft.evalLoss().isEmpty() || hft.evalLoss().isEmpty()
                ? "Training loss per labelled token, smoothed; the faint line is the unsmoothed loss."
                : "Training loss per labelled token, smoothed; the faint line is the unsmoothed loss. Dashed: loss on test rows, "
                        + "at the end "
                        + Figures.significant(fft.evalLoss().getLast().evalLoss())
                        + " (FFT) and "
                        + Figures.significant(hft.evalLoss().getLast().evalLoss()) + " (HFT).";
        return figure("Loss" + atRate(), caption, LineChart.draw("Loss by training step. " + caption, "step", curves));
    }

    private static Curve training(MethodResult method, String look) {
        var points = method.loss().stream()
                .map(p -> new Curve.Point(p.step(), p.loss()))
                .toList();
        return new Curve(method.name(), look, false, points);
    }

    private static Curve test(MethodResult method, String look) {
        var points = method.evalLoss().stream()
                .map(p -> new Curve.Point(p.step(), p.evalLoss()))
                .toList();
        return new Curve(method.name() + ", test rows", look, true, points);
    }

    private Element scores() {
        var task = comparison.task();
        var groups = new ArrayList<BarChart.Group>();
        groups.add(quiz(
                "New task", task.newTask(), fft.scores().newTask(), hft.scores().newTask()));
        groups.add(quiz(
                "Old knowledge",
                task.oldKnowledge(),
                fft.scores().oldKnowledge(),
                hft.scores().oldKnowledge()));
        groups.removeIf(group -> group.bars().isEmpty());
        String caption = "Fraction of right answers before and after training.";
        if (!Double.isNaN(fft.scores().perplexity().after())) {
            caption += " Perplexity on held-out text: " + perplexity(fft) + " (FFT), " + perplexity(hft) + " (HFT).";
        }
        return figure("Learned and kept" + atRate(), caption, BarChart.draw(caption, groups, 56, 62, 1, Double.NaN));
    }

    private static BarChart.Group quiz(String title, Comparison.QuizInfo quiz, BeforeAfter full, BeforeAfter half) {
        String heading = Stream.of(
                        title, quiz.name(), quiz.questions() > 0 ? Amounts.counted(quiz.questions(), "question") : "")
                .filter(words -> !words.isBlank())
                .collect(Collectors.joining(" · "));
        var bars = new ArrayList<BarChart.Bar>();
        if (!Double.isNaN(full.before())) bars.add(share("before", "base", full.before()));
        if (!Double.isNaN(full.after())) bars.add(share("FFT", "fft", full.after()));
        if (!Double.isNaN(half.after())) bars.add(share("HFT", "hft", half.after()));
        return new BarChart.Group(heading, bars);
    }

    private static BarChart.Bar share(String name, String look, double share) {
        return new BarChart.Bar(name, look, share, Figures.percent(share));
    }

    private static String perplexity(MethodResult method) {
        var perplexity = method.scores().perplexity();
        return Figures.significant(perplexity.before()) + " → " + Figures.significant(perplexity.after());
    }

    private Element time() {
        var full = fft.time().partsMs();
        var half = hft.time().partsMs();
        String caption = "Weight gradients take " + Figures.milliseconds(half.backwardWeight()) + " in HFT and "
                + Figures.milliseconds(full.backwardWeight()) + " in FFT, the optimizer "
                + Figures.milliseconds(half.optimizer()) + " and " + Figures.milliseconds(full.optimizer())
                + ". The medians of the parts do not have to add up to the median of the step.";
        var bars = new ArrayList<StackedBars.Bar>();
        for (var method : comparison.methods()) {
            String total = Figures.milliseconds(method.time().stepMs().median());
            bars.add(bar(method, total, method.time().partsMs().byTitle()));
        }
        var names = List.copyOf(full.byTitle().keySet());
        return figure(
                "Where a step’s time goes",
                caption,
                StackedBars.draw(caption, names, TIME_LOOKS, bars, Figures::milliseconds));
    }

    private Element memory() {
        var full = fft.memory();
        var half = hft.memory();
        String caption = "Gradients and optimizer state take "
                + Figures.bytes(half.gradients() + half.moments() + half.masters()) + " in HFT and "
                + Figures.bytes(full.gradients() + full.moments() + full.masters())
                + " in FFT. Counted by the allocator; the number next to a bar is the peak.";
        var bars = new ArrayList<StackedBars.Bar>();
        for (var method : comparison.methods()) {
            bars.add(bar(
                    method,
                    Figures.bytes(method.memory().peak()),
                    method.memory().byTitle()));
        }
        var names = List.copyOf(full.byTitle().keySet());
        return figure(
                "Where the memory goes",
                caption,
                StackedBars.draw(caption, names, MEMORY_LOOKS, bars, bytes -> Figures.bytes((long) bytes)));
    }

    private static StackedBars.Bar bar(
            MethodResult method, String total, SequencedMap<String, ? extends Number> parts) {
        var sizes = parts.values().stream().map(Number::doubleValue).toList();
        return new StackedBars.Bar(method.name(), total, sizes);
    }

    private Element trainable() {
        var bars = new ArrayList<BarChart.Bar>();
        for (var category : hft.parameters().categories()) {
            bars.add(new BarChart.Bar(
                    category.title(),
                    "hft",
                    category.share(),
                    Figures.percent(category.share()) + " of " + Figures.count(category.total())));
        }
        var all = hft.parameters();
        bars.add(new BarChart.Bar(
                "total", "hft", all.share(), Figures.percent(all.share()) + " of " + Figures.count(all.total())));
        String caption = "Parameters trained by HFT, by category; FFT trains "
                + (fft.parameters().trainable() == fft.parameters().total()
                        ? "all of them."
                        : Figures.percent(fft.parameters().share()) + " of the model.");
        return figure(
                "What HFT trains",
                caption,
                BarChart.draw(caption, List.of(new BarChart.Group("", bars)), 88, 130, 1, Double.NaN));
    }

    private Element saving() {
        var predicted = comparison.saving().predicted();
        var measured = comparison.saving().measured();
        var time = measured.timeRatio();
        var groups = List.of(
                new BarChart.Group(
                        "Time per step",
                        List.of(
                                ratio("predicted", "base", predicted.timeRatio()),
                                new BarChart.Bar(
                                        "measured",
                                        "hft",
                                        time.value(),
                                        time.low(),
                                        time.high(),
                                        Figures.ratio(time.value())))),
                new BarChart.Group(
                        "Peak memory",
                        List.of(
                                ratio("predicted", "base", predicted.memoryRatio()),
                                ratio("measured", "hft", measured.memoryRatio()))));
        double longest = Svg.largest(List.of(
                predicted.timeRatio(), time.value(), time.high(), predicted.memoryRatio(), measured.memoryRatio()));
        String caption = "HFT relative to FFT; the line is at 1, the same as FFT."
                + (Double.isNaN(time.low()) ? "" : " The whisker is the 95 % interval.");
        return figure(
                "Predicted and measured",
                caption,
                BarChart.draw(caption, groups, 72, 60, Math.max(1.1, longest * 1.02), 1));
    }

    private static BarChart.Bar ratio(String name, String look, double ratio) {
        return new BarChart.Bar(name, look, ratio, Figures.ratio(ratio));
    }

    private static Element figure(String title, String caption, Element picture) {
        return Element.of("figure")
                .add(
                        Element.of("h2").text(title),
                        picture,
                        Element.of("figcaption").text(caption));
    }
}
