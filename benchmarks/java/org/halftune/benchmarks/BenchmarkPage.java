package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.halftune.backend.MemoryCategory;
import org.halftune.report.Figures;
import org.halftune.report.html.BarChart;
import org.halftune.report.html.Element;
import org.halftune.report.html.Page;

/** The results as a page: HFT against FFT by shape, each shape's times and memory, all figures. One file, without scripts. */
final class BenchmarkPage {
    /** A benchmark's steps have no memories. */
    private static final List<MemoryCategory> CATEGORIES = Arrays.stream(MemoryCategory.values())
            .filter(category -> category != MemoryCategory.EPISODIC)
            .toList();

    private static final String TITLE = "Training steps: half against full fine-tuning";

    /** Width kept for the bars' figures. */
    private static final double FIGURES = 72;

    /** Of a character of a bar's name in DejaVu Sans, the widest font of the style sheet. */
    private static final double ADVANCE = 7;

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
        return figure("HFT against FFT", caption, draw(caption, groups, longest, 1))
                .with("class", "front");
    }

    private static Element time(MeasuredShape shape) {
        var bars = new ArrayList<BarChart.Bar>();
        double longest = 0;
        for (var step : shape.steps()) {
            var ms = step.milliseconds();
            longest = Math.max(longest, 1.02 * (Double.isNaN(ms.high()) ? ms.mean() : ms.high()));
            bars.add(bar(step, ms, Figures.milliseconds(ms.mean())));
        }
        var caption = "Mean over forks. Whiskers are 95 % intervals.";
        return bars("Time of a step", shape, caption, bars, longest);
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
        return bars("Device memory at its peak", shape, "As the allocator counts it.", bars, largest);
    }

    private static Element bars(
            String title, MeasuredShape shape, String caption, List<BarChart.Bar> bars, double longest) {
        var groups = List.of(new BarChart.Group(shape.name(), bars));
        var description = title + ", " + shape.name() + ". " + caption;
        return figure(title, caption, draw(description, groups, longest, Double.NaN));
    }

    /** With as much room for names as the longest needs. */
    private static Element draw(String description, List<BarChart.Group> groups, double longest, double reference) {
        int letters = groups.stream()
                .flatMap(group -> group.bars().stream())
                .mapToInt(bar -> bar.name().length())
                .max()
                .orElse(0);
        return BarChart.draw(description, groups, ADVANCE * letters + 12, FIGURES, longest, reference);
    }

    private static Element memoryTable(List<MeasuredShape> shapes) {
        var header = new ArrayList<>(List.of("method", "peak"));
        for (var category : CATEGORIES) header.add(category.name().toLowerCase(Locale.ROOT));
        var table = Element.of("table").add(Element.of("thead").add(row("th", header)));
        for (var shape : shapes) {
            var body = body(shape, header.size());
            for (var step : shape.steps()) {
                var cells = new ArrayList<>(List.of(step.method(), Figures.bytes((long) step.peakBytes())));
                for (var category : CATEGORIES) cells.add(Figures.bytes((long) step.bytes(category)));
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
        var header = BenchmarkTable.ofMethod(BenchmarkTable.HEADER);
        var table = Element.of("table").add(Element.of("thead").add(row("th", header)));
        for (var shape : shapes) {
            var body = body(shape, header.size());
            for (var row : BenchmarkTable.rows(shape)) body.add(row("td", BenchmarkTable.ofMethod(row)));
            table.add(body);
        }
        return section("All figures", table);
    }

    /** The rows of a shape, under a line with its name. */
    private static Element body(MeasuredShape shape, int columns) {
        return Element.of("tbody")
                .add(Element.of("tr", "class", "group")
                        .add(Element.of("th", "colspan", columns, "scope", "rowgroup")
                                .text(shape.name())));
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
