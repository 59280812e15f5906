package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.console.Table;
import org.halftune.report.Figures;

/** The figures of all steps, a row each, for the terminal and for the page. */
final class BenchmarkTable {
    static final List<String> HEADER = List.of(
            "device",
            "preset",
            "tokens",
            "state",
            "method",
            "recompute",
            "ms/step",
            "± 95 %",
            "tokens/s",
            "GB peak",
            "HFT/FFT",
            "± 95 %",
            "forks");

    private BenchmarkTable() {}

    /** Without the columns that are the same for all methods of a shape. */
    static List<String> ofMethod(List<String> row) {
        return row.subList(HEADER.indexOf("method"), row.size());
    }

    static List<List<String>> rows(MeasuredShape shape) {
        var rows = new ArrayList<List<String>>();
        for (var step : shape.steps()) {
            var ms = step.milliseconds();
            var ratio = shape.ratio(step);
            rows.add(List.of(
                    step.word("device"),
                    step.word("preset"),
                    String.format(Locale.ROOT, "%,d", step.tokens()),
                    step.state(),
                    step.method(),
                    step.recomputed(),
                    decimals(ms.mean()),
                    decimals(ms.half()),
                    Figures.whole(step.tokensPerSecond()),
                    String.format(Locale.ROOT, "%.3f", 1e-9 * step.peakBytes()),
                    ratio.map(r -> Figures.decimals(r.mean(), 3)).orElse(Figures.NONE),
                    ratio.map(r -> Figures.decimals(r.half(), 3)).orElse(Figures.NONE),
                    Integer.toString(step.forks().size())));
        }
        return rows;
    }

    /** Hundredths below 100 ms, tenths above. */
    private static String decimals(double ms) {
        return Figures.decimals(ms, ms < 100 ? 2 : 1);
    }

    static String text(List<MeasuredShape> shapes) {
        var table = Table.of(HEADER.toArray(String[]::new));
        boolean first = true;
        for (var shape : shapes) {
            if (!first) table.line();
            first = false;
            for (var row : rows(shape)) table.row(row.toArray());
        }
        return table.render(Integer.MAX_VALUE);
    }
}
