package org.halftune.report.html;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.report.Figures;
import org.halftune.report.TrainingReport;

/** {@code report.html} of a training: headlines, charts, settings. */
public final class TrainingPage {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private TrainingPage() {}

    /** The whole document. */
    public static String render(TrainingReport report) {
        var main = Element.of("main")
                .add(header(report), findings(report))
                .add(Element.of("section", "class", "pictures").add(TrainingPictures.of(report)))
                .add(settings(report), footer(report));
        return Page.of(report.title(), main);
    }

    private static Element header(TrainingReport report) {
        var header = Element.of("header")
                .add(
                        Element.of("p", "class", "kicker").text("Halftune · " + DATE.format(report.writtenAt())),
                        Element.of("h1").text(report.title()),
                        Element.of("p", "class", "summary").text(report.summary()));
        String words = report.progress().words();
        return words.isBlank()
                ? header
                : header.add(Element.of("p", "class", "summary").text(words));
    }

    private static Element findings(TrainingReport report) {
        var list = Element.of("section", "class", "findings").add(outcome(report.progress()));
        var steps = report.steps();
        var evaluations = report.evaluations();
        String training = steps.isEmpty()
                ? ""
                : Figures.significant(steps.getFirst().loss()) + " → "
                        + Figures.significant(steps.getLast().loss());
        if (!evaluations.isEmpty()) {
            double last = evaluations.getLast().loss();
            String detail =
                    "before: " + Figures.significant(evaluations.getFirst().loss())
                            + (training.isEmpty() ? "" : "; training " + training);
            list.add(finding("", Figures.significant(last), "evaluation loss at the end", detail));
        } else if (!steps.isEmpty()) {
            list.add(finding("", Figures.significant(steps.getLast().loss()), "training loss at the end", training));
        }
        list.add(finding(
                "",
                Figures.percent(report.trainable().share()),
                "of the parameters are trained",
                Figures.count(report.trainable().trainable()) + " of "
                        + Figures.count(report.trainable().total())));
        return list.add(finding(
                "",
                Figures.bytes(report.memory().peak()),
                "device memory",
                Figures.whole(TrainingPictures.medianSpeed(report)) + " tokens/s"));
    }

    private static Element outcome(TrainingReport.Progress progress) {
        String steps = Amounts.exact(progress.step()) + " of " + Amounts.counted(progress.totalSteps(), "step");
        return switch (progress.state()) {
            case RUNNING -> finding(" level", percent(progress), "still running", steps + " when this was written");
            case DONE -> finding(" better", "done", "training is complete", steps);
            case STOPPED -> finding(" level", "stopped", "training can be resumed", steps);
            case FAILED -> finding(" worse", "failed", "training failed", steps);
        };
    }

    private static String percent(TrainingReport.Progress progress) {
        return Figures.percent(progress.totalSteps() == 0 ? 0 : (double) progress.step() / progress.totalSteps());
    }

    private static Element finding(String look, String number, String claim, String detail) {
        return Element.of("div", "class", "finding" + look)
                .add(
                        Element.of("p", "class", "number").text(number),
                        Element.of("p", "class", "claim").text(claim),
                        Element.of("p", "class", "detail").text(detail));
    }

    private static Element settings(TrainingReport report) {
        var columns = Element.of("div", "class", "facts");
        for (var group : report.settings()) {
            var list = Element.of("dl");
            for (var setting : group.settings()) {
                if (setting.value().isBlank()) continue;
                list.add(Element.of("dt").text(setting.name()), Element.of("dd").text(setting.value()));
            }
            columns.add(Element.of("div").add(Element.of("h3").text(group.heading()), list));
        }
        return Element.of("section").add(Element.of("h2").text("Settings"), columns);
    }

    private static Element footer(TrainingReport report) {
        return Element.of("footer")
                .add(Element.of("p")
                        .text("Made by Halftune " + report.programVersion()
                                + ". metrics.jsonl in the same folder contains these numbers."));
    }
}
