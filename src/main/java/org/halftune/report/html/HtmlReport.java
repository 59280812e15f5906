package org.halftune.report.html;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.report.Comparison;
import org.halftune.report.ComparisonTable;
import org.halftune.report.Figures;
import org.halftune.report.Headline;
import org.halftune.report.ReportFile;

/** {@code report.html} of a comparison: headlines, charts, a table of all numbers, settings, method and terms. */
public final class HtmlReport {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private HtmlReport() {}

    /** @throws org.halftune.problem.InputError if the file cannot be written */
    public static void write(Comparison comparison, Path file) {
        ReportFile.write(file, render(comparison));
    }

    /** The whole document. */
    public static String render(Comparison comparison) {
        var main = Element.of("main")
                .add(header(comparison), findings(comparison))
                .add(Element.of("section", "class", "pictures").add(Pictures.of(comparison)))
                .add(table(comparison))
                .add(Background.of(comparison));
        return Page.of(comparison.title(), main);
    }

    private static Element header(Comparison comparison) {
        var model = comparison.model();
        var settings = comparison.settings();
        String summary = "Full fine-tuning (FFT) and half fine-tuning (HFT) of " + model.name() + ", "
                + Figures.count(model.parameters()) + " parameters, "
                + (comparison.task().name().isBlank()
                        ? ""
                        : "on " + comparison.task().name() + ": ")
                + Amounts.counted(settings.maxSteps(), "step")
                + (comparison.rates().several()
                        ? " at each of " + comparison.rates().fft().size() + " learning rates,"
                        : "")
                + " from the same weights, with the same rows in the same order. HFT trains "
                + Figures.percent(comparison.hft().parameters().share()) + " of the parameters.";
        return Element.of("header")
                .add(
                        Element.of("p", "class", "kicker").text("Halftune · " + DATE.format(comparison.createdAt())),
                        Element.of("h1").text(comparison.title()),
                        Element.of("p", "class", "summary").text(summary));
    }

    private static Element findings(Comparison comparison) {
        var list = Element.of("section", "class", "findings");
        for (var finding : Headline.of(comparison)) {
            String look = "finding "
                    + finding.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-');
            list.add(Element.of("div", "class", look)
                    .add(
                            Element.of("p", "class", "number").text(finding.figure()),
                            Element.of("p", "class", "claim").text(finding.claim()),
                            Element.of("p", "class", "detail").text(finding.detail())));
        }
        return list;
    }

    private static Element table(Comparison comparison) {
        var table = Element.of("table")
                .add(Element.of("thead").add(row("th", "", List.of("", "FFT", "HFT", "HFT vs FFT"))));
        for (var group : ComparisonTable.of(comparison)) {
            var body = Element.of("tbody")
                    .add(Element.of("tr", "class", "group")
                            .add(Element.of("th", "colspan", "4").text(group.title())));
            for (var row : group.rows()) {
                body.add(row(
                        "td", row.detail() ? "part" : "", List.of(row.label(), row.fft(), row.hft(), row.against())));
            }
            table.add(body);
        }
        return Element.of("section")
                .add(
                        Element.of("h2").text("All results"),
                        Element.of("div", "class", "wide").add(table));
    }

    private static Element row(String cell, String look, List<String> cells) {
        var row = Element.of("tr");
        if (!look.isEmpty()) row.with("class", look);
        for (String text : cells) row.add(Element.of(cell).text(text));
        return row;
    }
}
