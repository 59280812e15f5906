package org.halftune.report.html;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.report.Figures;
import org.halftune.report.RatePoint;
import org.halftune.report.ReportFile;
import org.halftune.report.study.StudyResult;
import org.halftune.report.study.StudyResult.MethodResult;
import org.halftune.report.study.StudyResult.TaskResult;
import org.halftune.report.study.StudyTable;

/** {@code report.html} of a study: for each task the fronts and the best scores as charts, then all tables. */
public final class StudyPage {
    private static final String FRONT_CAPTION =
            "Learned and kept at each setting, means over seeds. A line joins the settings that no"
                    + " other setting of the method beats in both; hollow points are beaten. A method is better where its line is above.";
    private static final String BEST_CAPTION =
            "Mean of learned and kept, each method at its own best setting. The whisker is the 95 %"
                    + " interval of the mean over seeds.";

    private StudyPage() {}

    /** @throws org.halftune.problem.InputError if the file cannot be written */
    public static void write(StudyResult study, Path file) {
        ReportFile.write(file, render(study));
    }

    /** The whole document. */
    public static String render(StudyResult study) {
        var main = Element.of("main")
                .add(Element.of("header")
                        .add(
                                Element.of("p", "class", "kicker").text("Halftune · study"),
                                Element.of("h1").text(study.title()),
                                Element.of("p", "class", "summary").text(StudyTable.setup(study))));
        for (var task : study.tasks()) main.add(task(study, task));
        for (var table : StudyTable.of(study, true)) main.add(table(table));
        return Page.of(study.title(), main);
    }

    private static Element task(StudyResult study, TaskResult task) {
        var series = new ArrayList<FrontChart.Series>();
        var bars = new ArrayList<BarChart.Bar>();
        for (int i = 0; i < task.methods().size(); i++) {
            var method = task.methods().get(i);
            String look = MethodLook.of(i);
            series.add(new FrontChart.Series(method.name(), look, points(method)));
            for (var best : method.best()) {
                var both = best.both();
                bars.add(new BarChart.Bar(
                        method.name(),
                        look,
                        100 * both.mean(),
                        100 * both.low(),
                        100 * both.high(),
                        Figures.percent(both.mean()) + " at " + best.setting().label(study.severalSteps())));
            }
        }
        var pictures = Element.of("section", "class", "pictures");
        boolean front = series.stream().anyMatch(one -> one.points().stream().anyMatch(RatePoint::scored));
        if (front) pictures.add(figure(task.name(), FRONT_CAPTION, FrontChart.draw(FRONT_CAPTION, series)));
        pictures.add(figure(
                task.name() + ", at the best setting",
                BEST_CAPTION,
                BarChart.draw(BEST_CAPTION, List.of(new BarChart.Group("", bars)), 96, 130, 100, Double.NaN)));
        return pictures;
    }

    private static List<RatePoint> points(MethodResult method) {
        return method.points().stream()
                .map(point -> new RatePoint(
                        point.setting().learningRate(),
                        point.learned().mean(),
                        point.kept().mean(),
                        point.perplexity().mean(),
                        Double.NaN))
                .toList();
    }

    private static Element figure(String title, String caption, Element picture) {
        return Element.of("figure")
                .add(
                        Element.of("h2").text(title),
                        picture,
                        Element.of("figcaption").text(caption));
    }

    private static Element table(StudyTable table) {
        var html = Element.of("table").add(Element.of("thead").add(row("th", table.header())));
        var body = Element.of("tbody");
        for (var row : table.rows()) body.add(row("td", row));
        return Element.of("section")
                .add(
                        Element.of("h2").text(table.title()),
                        Element.of("div", "class", "wide").add(html.add(body)),
                        Element.of("div", "class", "prose").add(Element.of("p").text(table.note())));
    }

    private static Element row(String cell, List<String> cells) {
        var row = Element.of("tr");
        for (String text : cells) row.add(Element.of(cell).text(text));
        return row;
    }
}
