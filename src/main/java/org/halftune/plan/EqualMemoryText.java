package org.halftune.plan;

import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.console.Table;
import org.halftune.plan.EqualMemoryForecast.BudgetRow;
import org.halftune.plan.EqualMemoryForecast.Entry;

/** {@link EqualMemoryForecast} as a table for the terminal: a row for each method and budget. */
final class EqualMemoryText {
    private static final String NOTHING = "–";

    private EqualMemoryText() {}

    /** @param word for a row of a batch */
    static String render(EqualMemoryForecast equal, String word, int columns) {
        var table = Table.of("memory", "", "batches", "recompute", "GB", "ms", "tokens/s", "time/FFT");
        boolean first = true;
        for (var row : equal.rows()) {
            if (!first) table.line();
            first = false;
            var title = row.budget().title();
            for (var method : row.methods().entrySet()) {
                table.row(cells(title, method.getKey(), method.getValue(), row, word));
                title = "";
            }
        }
        return "\nAt equal memory, with the fastest batch size and --recompute that fit\n" + table.render(columns);
    }

    private static Object[] cells(String title, String method, Entry entry, BudgetRow row, String word) {
        var cut = entry.cut();
        if (!entry.fits()) {
            return new Object[] {
                title,
                method,
                "does not fit",
                "",
                "≥ " + ForecastFigures.gigabytes(cut.bytes()),
                NOTHING,
                NOTHING,
                NOTHING
            };
        }
        var ratio = row.timeAgainstFull(entry);
        return new Object[] {
            title,
            method,
            cut.batches() + " × " + Amounts.counted(cut.rows(), word),
            cut.recomputation().name().toLowerCase(Locale.ROOT),
            ForecastFigures.gigabytes(cut.bytes()),
            entry.step()
                    .map(step -> ForecastFigures.milliseconds(step.seconds()))
                    .orElse(NOTHING),
            entry.step()
                    .map(step -> Amounts.exact(Math.round(step.tokensPerSecond())))
                    .orElse(NOTHING),
            ratio.isPresent() ? ForecastFigures.decimals(ratio.getAsDouble(), 3) : NOTHING
        };
    }
}
