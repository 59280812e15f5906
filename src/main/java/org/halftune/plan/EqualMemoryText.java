package org.halftune.plan;

import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.console.Table;
import org.halftune.plan.EqualMemory.Entry;
import org.halftune.plan.EqualMemory.Row;

/** {@link EqualMemory} for the terminal: a line for each method in each budget. */
final class EqualMemoryText {
    private static final String NOTHING = "–";

    private EqualMemoryText() {}

    static String render(EqualMemory equal, int columns) {
        var table = Table.of("memory", "", "batches", "recompute", "GB", "ms", "tokens/s", "time/FFT");
        boolean first = true;
        for (var row : equal.rows()) {
            if (!first) table.line();
            first = false;
            var title = row.budget().title();
            for (var method : row.methods().entrySet()) {
                table.row(cells(title, method.getKey(), method.getValue(), row));
                title = "";
            }
        }
        return "\nThe same step in the same memory; of the batches and rungs of --recompute that fit, the fastest\n"
                + table.render(columns);
    }

    private static Object[] cells(String title, String method, Entry entry, Row row) {
        var cut = entry.cut();
        if (!entry.fits()) {
            return new Object[] {
                title, method, "does not fit", "", "≥ " + Figures.gigabytes(cut.bytes()), NOTHING, NOTHING, NOTHING
            };
        }
        var ratio = row.timeAgainstFull(entry);
        return new Object[] {
            title,
            method,
            cut.batches() + " × " + Amounts.counted(cut.rows(), "row"),
            cut.recomputation().name().toLowerCase(Locale.ROOT),
            Figures.gigabytes(cut.bytes()),
            entry.step().map(step -> Figures.milliseconds(step.seconds())).orElse(NOTHING),
            entry.step()
                    .map(step -> Figures.whole(Math.round(step.tokensPerSecond())))
                    .orElse(NOTHING),
            ratio.isPresent() ? Figures.decimals(ratio.getAsDouble(), 3) : NOTHING
        };
    }
}
