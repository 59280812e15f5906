package org.halftune.report.html;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.halftune.console.Amounts;
import org.halftune.report.ContinualReport;
import org.halftune.report.ContinualReport.TaskScores;
import org.halftune.report.Figures;

/** {@code report.html} of a continual training: OP and BWT, the table of scores, and a chart for each task. */
public final class ContinualPage {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final ContinualReport report;

    private ContinualPage(ContinualReport report) {
        this.report = report;
    }

    /** The whole document. */
    public static String render(ContinualReport report) {
        var page = new ContinualPage(report);
        var main = Element.of("main")
                .add(page.header(), page.findings(), page.table())
                .add(Element.of("section", "class", "pictures").add(page.pictures()))
                .add(page.settings(), page.footer());
        return Page.of(report.title(), main);
    }

    private Element header() {
        return Element.of("header")
                .add(
                        Element.of("p", "class", "kicker").text("Halftune · " + DATE.format(report.writtenAt())),
                        Element.of("h1").text(report.title()),
                        Element.of("p", "class", "summary").text(report.summary()));
    }

    private Element findings() {
        int tasks = report.tasks().size();
        boolean done = report.rounds() == tasks;
        var list = Element.of("section", "class", "findings")
                .add(finding(
                        done ? " better" : " level",
                        done ? "done" : report.rounds() + " of " + tasks,
                        done ? "all rounds are complete" : "rounds are complete",
                        Amounts.counted(tasks, "task")));
        if (report.rounds() == 0) return list;
        double overall = report.overall().get(report.rounds() - 1);
        double backward = report.backward().get(report.rounds() - 1);
        list.add(finding(
                "",
                Figures.percent(overall),
                "overall performance (OP)",
                "mean of the tasks learned, after round " + report.rounds()));
        if (!Double.isNaN(backward)) {
            list.add(finding(
                    backward < 0 ? " worse" : " better",
                    Figures.points(backward),
                    "backward transfer (BWT)",
                    "mean change of a task since the round that learned it"));
        }
        if (!Double.isNaN(report.forward())) {
            list.add(finding(
                    "",
                    Figures.points(report.forward()),
                    "forward transfer (FWT)",
                    "mean gain of a task from the rounds before its own"));
        }
        return list;
    }

    private static Element finding(String look, String number, String claim, String detail) {
        return Element.of("div", "class", "finding" + look)
                .add(
                        Element.of("p", "class", "number").text(number),
                        Element.of("p", "class", "claim").text(claim),
                        Element.of("p", "class", "detail").text(detail));
    }

    /** A row for each task, a column for each round; the score of the round that learned the task is marked. */
    private Element table() {
        boolean before = !report.tasks().isEmpty()
                && !Double.isNaN(report.tasks().getFirst().scores().getFirst());
        var head = Element.of("tr")
                .add(Element.of("th").text("task"), Element.of("th").text("metric"));
        if (before) head.add(Element.of("th").text("before"));
        for (int round = 1; round <= report.rounds(); round++)
            head.add(Element.of("th").text("round " + round));
        var body = Element.of("tbody");
        for (int i = 0; i < report.tasks().size(); i++) {
            var task = report.tasks().get(i);
            var row = Element.of("tr")
                    .add(Element.of("td").text(task.name()), Element.of("td").text(task.metric()));
            for (int round = before ? 0 : 1; round <= report.rounds(); round++) {
                String score = percent(task.scores().get(round));
                row.add(
                        round == i + 1
                                ? Element.of("td").add(Element.of("mark").text(score))
                                : Element.of("td").text(score));
            }
            body.add(row);
        }
        body.add(row("OP", before, report.overall(), ContinualPage::percent));
        body.add(row("BWT", before, report.backward(), ContinualPage::signed));
        return Element.of("section")
                .add(
                        Element.of("h2").text("Scores in percent"),
                        Element.of("table").add(Element.of("thead").add(head), body),
                        Element.of("p", "class", "detail")
                                .text("Marked: the score after the round that learned the task."));
    }

    private Element row(
            String name, boolean before, List<Double> values, java.util.function.Function<Double, String> words) {
        var row = Element.of("tr")
                .add(Element.of("td").text(name), Element.of("td").text(""));
        if (before) row.add(Element.of("td").text(""));
        for (int round = 0; round < report.rounds(); round++) {
            row.add(Element.of("td").text(words.apply(values.get(round))));
        }
        return row;
    }

    private List<Element> pictures() {
        var pictures = new ArrayList<Element>();
        var overall = points(IntStream.rangeClosed(1, report.rounds())
                .mapToObj(round -> new Curve.Point(round, 100 * report.overall().get(round - 1)))
                .toList());
        String caption = "Mean of the tasks learned so far, in percent.";
        pictures.add(figure("OP by round", caption, new Curve("OP", "hft", true, overall)));
        for (int i = 0; i < report.tasks().size(); i++)
            pictures.add(task(report.tasks().get(i), i + 1));
        return pictures;
    }

    private Element task(TaskScores task, int learned) {
        var points = points(IntStream.rangeClosed(0, report.rounds())
                .mapToObj(round -> new Curve.Point(round, 100 * task.scores().get(round)))
                .toList());
        String caption = task.metric() + " in percent. "
                + (learned > report.rounds()
                        ? "Round " + learned + " will learn it."
                        : "Learned in round " + learned + ": "
                                + percent(task.scores().get(learned))
                                + (learned == report.rounds()
                                        ? "."
                                        : "; after round " + report.rounds() + ": "
                                                + percent(task.scores().get(report.rounds())) + "."));
        return figure(task.name(), caption, new Curve(task.metric(), "gradients", true, points));
    }

    private static List<Curve.Point> points(List<Curve.Point> all) {
        return all.stream().filter(point -> !Double.isNaN(point.y())).toList();
    }

    private static Element figure(String title, String caption, Curve curve) {
        return Element.of("figure")
                .add(
                        Element.of("h2").text(title),
                        LineChart.draw(
                                title + " by round. " + caption, "round", List.of(curve), LineChart.Scale.FROM_ZERO),
                        Element.of("figcaption").text(caption));
    }

    private Element settings() {
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

    private Element footer() {
        return Element.of("footer")
                .add(Element.of("p")
                        .text("Made by Halftune " + report.programVersion()
                                + ". continual.json in the same folder contains these numbers; each round's folder has"
                                + " a report of its training."));
    }

    private static String percent(double score) {
        return Double.isNaN(score) ? Figures.NONE : Figures.decimals(100 * score, 1);
    }

    private static String signed(double difference) {
        return Double.isNaN(difference) ? Figures.NONE : Figures.signed(100 * difference, 1);
    }
}
