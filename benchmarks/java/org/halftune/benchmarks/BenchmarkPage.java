package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.halftune.backend.Category;
import org.halftune.report.Figures;
import org.halftune.report.html.BarChart;
import org.halftune.report.html.Element;
import org.halftune.report.html.Page;

/** The results as a page: HFT against FFT by shape, each shape's times and memory, all figures. One file, without scripts. */
final class BenchmarkPage {
    private static final String TITLE = "Training steps: half against full fine-tuning";

    /** Widths kept beside the bars. */
    private static final double NAMES = 180;

    private static final double FIGURES = 72;

    private BenchmarkPage() {}

    static String render(List<MeasuredShape> shapes) {
        var pictures = Element.of("section", "class", "pictures").add(ratios(shapes));
        for (var shape : shapes) pictures.add(time(shape), memory(shape));
        return Page.of(
                TITLE, Element.of("main").add(header(shapes), pictures, table(shapes), memoryTable(shapes), method()));
    }

    private static Element header(List<MeasuredShape> shapes) {
        var devices = new LinkedHashSet<String>();
        for (var shape : shapes)
            devices.add(shape.first().word("device") + ": " + shape.first().device());
        var header = Element.of("header")
                .add(
                        Element.of("p", "class", "kicker").text("Halftune · JMH"),
                        Element.of("h1").text(TITLE));
        for (var device : devices)
            header.add(Element.of("p", "class", "summary").text(device));
        if (shapes.stream().anyMatch(shape -> shape.first().isEmulated())) {
            header.add(Element.of("p", "class", "summary").text(BenchmarkReport.EMULATED));
        }
        return header;
    }

    private static Element ratios(List<MeasuredShape> shapes) {
        var groups = new ArrayList<BarChart.Group>();
        double longest = 1.1;
        for (var shape : shapes) {
            var bars = new ArrayList<BarChart.Bar>();
            for (var step : shape.steps()) {
                var ratio = shape.ratio(step);
                if (ratio.isEmpty()) continue;
                var r = ratio.get();
                longest = Math.max(longest, 1.02 * (Double.isNaN(r.high()) ? r.mean() : r.high()));
                bars.add(bar(step, r, Figures.decimals(r.mean(), 3)));
            }
            if (!bars.isEmpty()) groups.add(new BarChart.Group(shape.name(), bars));
        }
        var caption =
                "Time of a step as a multiple of FFT’s, over pairs of neighbouring forks; the line marks 1, as long as FFT. "
                        + "Whiskers are 95 % intervals.";
        return figure("HFT against FFT", caption, BarChart.draw(caption, groups, NAMES, FIGURES, longest, 1));
    }

    private static Element time(MeasuredShape shape) {
        var bars = new ArrayList<BarChart.Bar>();
        double longest = 0;
        for (var step : shape.steps()) {
            var ms = step.milliseconds();
            longest = Math.max(longest, 1.02 * (Double.isNaN(ms.high()) ? ms.mean() : ms.high()));
            bars.add(bar(step, ms, Figures.milliseconds(ms.mean())));
        }
        var caption = "Time of a step, mean over forks. Whiskers are 95 % intervals.";
        return bars(shape, caption, bars, longest);
    }

    private static BarChart.Bar bar(MeasuredStep step, Estimate value, String figure) {
        return new BarChart.Bar(step.method(), look(step), value.mean(), value.low(), value.high(), figure);
    }

    private static String look(MeasuredStep step) {
        return step.isFull() ? "fft" : "hft";
    }

    private static Element memory(MeasuredShape shape) {
        var bars = new ArrayList<BarChart.Bar>();
        double largest = 0;
        for (var step : shape.steps()) {
            double bytes = step.peakBytes();
            largest = Math.max(largest, bytes);
            bars.add(new BarChart.Bar(step.method(), look(step), bytes, Figures.bytes((long) bytes)));
        }
        return bars(shape, "Device memory at its peak, as the allocator counts it.", bars, largest);
    }

    private static Element bars(MeasuredShape shape, String caption, List<BarChart.Bar> bars, double longest) {
        var groups = List.of(new BarChart.Group("", bars));
        var description = shape.name() + ". " + caption;
        return figure(shape.name(), caption, BarChart.draw(description, groups, NAMES, FIGURES, longest, Double.NaN));
    }

    private static Element memoryTable(List<MeasuredShape> shapes) {
        var header = new ArrayList<>(List.of("", "method", "peak"));
        for (var category : Category.values()) header.add(category.name().toLowerCase(Locale.ROOT));
        var table = Element.of("table").add(Element.of("thead").add(row("th", header)));
        for (var shape : shapes) {
            var body = Element.of("tbody");
            for (var step : shape.steps()) {
                var cells =
                        new ArrayList<>(List.of(shape.name(), step.method(), Figures.bytes((long) step.peakBytes())));
                for (var category : Category.values()) cells.add(Figures.bytes((long) step.bytes(category)));
                body.add(row("td", cells));
            }
            table.add(body);
        }
        return section("Device memory at its peak, by category", table);
    }

    private static Element section(String title, Element table) {
        return Element.of("section")
                .add(
                        Element.of("h2").text(title),
                        Element.of("div", "class", "wide").add(table));
    }

    private static Element table(List<MeasuredShape> shapes) {
        var table = Element.of("table").add(Element.of("thead").add(row("th", BenchmarkTable.HEADER)));
        for (var shape : shapes) {
            var body = Element.of("tbody");
            for (var row : BenchmarkTable.rows(shape)) body.add(row("td", row));
            table.add(body);
        }
        return section("All figures", table);
    }

    private static Element row(String cell, List<String> texts) {
        var row = Element.of("tr");
        for (var text : texts) row.add(Element.of(cell).text(text));
        return row;
    }

    private static Element method() {
        return Element.of("section", "class", "prose")
                .add(
                        Element.of("h2").text("How it was measured"),
                        Element.of("p").text(BenchmarkReport.METHOD));
    }

    private static Element figure(String title, String caption, Element picture) {
        return Element.of("figure")
                .add(
                        Element.of("h2").text(title),
                        picture,
                        Element.of("figcaption").text(caption));
    }
}
