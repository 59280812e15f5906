package org.halftune.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.halftune.report.Figures;
import org.halftune.report.TrainingReport;
import org.halftune.report.TrainingReport.Step;

/** The charts of a training's report, each with a heading and a caption with its main numbers. */
final class TrainingPictures {
    /** In the order of {@code MemoryUse.byTitle}. */
    private static final List<String> MEMORY_LOOKS =
            List.of("forward", "gradients", "optimizer", "masters", "activations", "norm", "rest");

    private final TrainingReport report;

    private TrainingPictures(TrainingReport report) {
        this.report = report;
    }

    static List<Element> of(TrainingReport report) {
        var pictures = new TrainingPictures(report);
        return List.of(
                pictures.losses(),
                pictures.rate(),
                pictures.gradient(),
                pictures.speed(),
                pictures.shares(),
                pictures.memory(),
                pictures.selection().with("class", "front"));
    }

    private Element losses() {
        var evaluations = report.evaluations();
        var curves = new ArrayList<Curve>();
        curves.add(curve("training", "hft", false, Step::loss));
        if (!evaluations.isEmpty()) {
            var points = evaluations.stream()
                    .map(point -> new Curve.Point(point.step(), point.loss()))
                    .toList();
            curves.add(new Curve("evaluation", "gradients", true, points));
        }
        String caption = report.loss() + "."
                + (report.steps().isEmpty()
                        ? ""
                        : " Training: from "
                                + Figures.significant(report.steps().getFirst().loss()) + " to "
                                + Figures.significant(report.steps().getLast().loss()) + ".")
                + (evaluations.isEmpty()
                        ? ""
                        : " Evaluation: from "
                                + Figures.significant(evaluations.getFirst().loss()) + " to "
                                + Figures.significant(evaluations.getLast().loss()) + ", lowest "
                                + Figures.significant(lowest()) + ".");
        return figure("Loss", caption, LineChart.draw("Loss by step. " + caption, "step", curves));
    }

    private double lowest() {
        return report.evaluations().stream()
                .mapToDouble(TrainingReport.Evaluation::loss)
                .min()
                .orElse(Double.NaN);
    }

    private Element rate() {
        String caption = "Learning rate at the end of each logging interval.";
        var curve = curve("learning rate", "optimizer", true, Step::learningRate);
        return chart("Learning rate", caption, curve, LineChart.Scale.FROM_ZERO);
    }

    private Element gradient() {
        String caption = "Gradient norm before clipping, at the end of each logging interval.";
        var curve = curve("gradient norm", "gradients", false, Step::gradNorm);
        return chart("Gradient norm", caption, curve, LineChart.Scale.OF_LOSSES);
    }

    private Element speed() {
        String caption = "Input tokens per second of training steps, without evaluations and checkpoints."
                + (report.steps().isEmpty() ? "" : " Median: " + Figures.whole(medianSpeed(report)) + ".");
        var curve = curve("tokens/s", "activations", false, Step::tokensPerSecond);
        return chart("Tokens per second", caption, curve, LineChart.Scale.FROM_ZERO);
    }

    static double medianSpeed(TrainingReport report) {
        var speeds = report.steps().stream()
                .mapToDouble(Step::tokensPerSecond)
                .filter(speed -> speed > 0)
                .sorted()
                .toArray();
        return speeds.length == 0 ? Double.NaN : speeds[speeds.length / 2];
    }

    private static Element chart(String title, String caption, Curve curve, LineChart.Scale scale) {
        return figure(title, caption, LineChart.draw(title + " by step. " + caption, "step", List.of(curve), scale));
    }

    private Curve curve(String name, String look, boolean exact, ToDoubleFunction<Step> value) {
        var points = report.steps().stream()
                .map(step -> new Curve.Point(step.step(), value.applyAsDouble(step)))
                .toList();
        return new Curve(name, look, false, exact, points);
    }

    private Element shares() {
        var all = report.trainable();
        var bars = new ArrayList<BarChart.Bar>();
        for (var category : all.categories()) bars.add(share(category.title(), category.share(), category.total()));
        bars.add(share("total", all.share(), all.total()));
        String caption = Figures.count(all.trainable()) + " of " + Figures.count(all.total())
                + " parameters are trained; the others are not changed, bit for bit.";
        return figure(
                "Trained parameters",
                caption,
                BarChart.draw(caption, List.of(new BarChart.Group("", bars)), 88, 130, 1, Double.NaN));
    }

    private static BarChart.Bar share(String name, double share, long total) {
        return new BarChart.Bar(name, "hft", share, Figures.percent(share) + " of " + Figures.count(total));
    }

    private Element memory() {
        var parts = report.memory().byTitle();
        String caption = "Device memory held during the training, counted by the allocator: "
                + Figures.bytes(report.memory().peak()) + ". Without the Java program itself.";
        var sizes = parts.values().stream().map(Long::doubleValue).toList();
        var bar = new StackedBars.Bar("held", Figures.bytes(report.memory().peak()), sizes);
        return figure(
                "Where the memory goes",
                caption,
                StackedBars.draw(
                        caption,
                        List.copyOf(parts.keySet()),
                        MEMORY_LOOKS,
                        List.of(bar),
                        bytes -> Figures.bytes((long) bytes)));
    }

    private Element selection() {
        String caption = "Filled: trained. Embeddings, final norm and head are not part of a layer. The list is in"
                + " selection.json.";
        return figure("Trained matrices", caption, SelectionMap.draw(caption, report.matrices()));
    }

    private static Element figure(String title, String caption, Element picture) {
        return Element.of("figure")
                .add(
                        Element.of("h2").text(title),
                        picture,
                        Element.of("figcaption").text(caption));
    }
}
