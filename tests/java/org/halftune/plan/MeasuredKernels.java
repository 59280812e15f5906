package org.halftune.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The kernels of a step as they were measured, launched one by one, by the work they do. Several kernels may do one group of work.
 *
 * @param groups by work: names of the prediction's lines, joined by " + "
 */
record MeasuredKernels(Map<String, Group> groups) {

    /** Sums over the kernels of a group. */
    record Group(long launches, double milliseconds, double gigabytes) {
        Group plus(Group other) {
            return new Group(launches + other.launches, milliseconds + other.milliseconds, gigabytes + other.gigabytes);
        }
    }

    static MeasuredKernels read(Path file) {
        var groups = new LinkedHashMap<String, Group>();
        for (var line : lines(file)) {
            var cells = line.split("\t", -1);
            groups.merge(
                    cells[1],
                    new Group(Long.parseLong(cells[2]), Double.parseDouble(cells[3]), Double.parseDouble(cells[4])),
                    Group::plus);
        }
        return new MeasuredKernels(groups);
    }

    private static List<String> lines(Path file) {
        try {
            var lines = Files.readAllLines(file);
            return lines.subList(1, lines.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line for each group, the longest first, with what was predicted of it; what was not measured last. */
    String beside(StepForecast predicted) {
        var lines = new HashMap<String, StepForecast.Line>();
        predicted.lines().forEach(line -> lines.put(line.name(), line));
        var table = new Markdown(
                "kernel",
                "launches",
                "measured, ms",
                "predicted, ms",
                "difference",
                "measured, GB",
                "predicted, GB",
                "reached");
        groups.entrySet().stream()
                .sorted(Map.Entry.comparingByValue((a, b) -> Double.compare(b.milliseconds(), a.milliseconds())))
                .forEach(entry -> row(table, entry.getKey(), entry.getValue(), lines));
        double measured =
                groups.values().stream().mapToDouble(Group::milliseconds).sum();
        double sum = groups.keySet().stream()
                .flatMap(work -> names(work).stream())
                .mapToDouble(name -> find(predicted, name).seconds() * 1e3)
                .sum();
        table.row("sum", "", decimals(measured), decimals(sum), difference(sum, measured), "", "", "");
        return table.text();
    }

    private static void row(Markdown table, String work, Group group, Map<String, StepForecast.Line> lines) {
        double seconds = 0, moved = 0, operations = 0;
        var parts = new ArrayList<String>();
        for (var name : names(work)) {
            var line = lines.get(name);
            if (line == null) throw new IllegalStateException("nothing of that name is predicted: " + name);
            seconds += line.seconds();
            moved += line.moved();
            operations += line.operations();
            parts.add("`" + name + "`");
        }
        double measured = group.milliseconds * 1e-3;
        var reached = "";
        if (operations > 0) reached = Math.round(operations / measured * 1e-12) + " TFLOP/s";
        else if (group.gigabytes > 0.01) {
            reached = ForecastFigures.decimals(group.gigabytes / group.milliseconds, 2) + " TB/s";
        }
        table.row(
                String.join(", ", parts),
                group.launches,
                decimals(group.milliseconds),
                decimals(seconds * 1e3),
                difference(seconds, measured),
                decimals(group.gigabytes),
                decimals(moved * 1e-9),
                reached);
    }

    private static List<String> names(String work) {
        return List.of(work.split(" \\+ "));
    }

    private static StepForecast.Line find(StepForecast step, String name) {
        return step.lines().stream()
                .filter(line -> line.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String decimals(double value) {
        return ForecastFigures.decimals(value, value < 10 ? 2 : 1);
    }

    private static String difference(double predicted, double measured) {
        return String.format(Locale.ROOT, "%+.0f %%", 100 * (predicted / measured - 1))
                .replace('-', '−');
    }
}
