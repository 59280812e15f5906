package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.console.Table;
import org.halftune.eval.task.NamedScore;
import org.halftune.hft.HalfReset;
import org.halftune.reset.ModelScorer.Scores;
import org.halftune.reset.ResetSweep;

/** The scores of a sweep, a line per model: which share of the parameters was reset, and each figure. */
final class SweepTable {
    private SweepTable() {}

    static String render(List<ResetSweep.Scored> sweep, int columns) {
        var header = new ArrayList<>(List.of("", "ratio", "reset"));
        for (var scores : sweep.getFirst().scores()) {
            for (var figure : scores.figures()) if (shown(figure)) header.add(name(scores) + " " + word(figure));
        }
        var table = Table.of(header.toArray(String[]::new));
        for (var scored : sweep) {
            var cells = new ArrayList<Object>();
            // The ratio in a column of its own: a wide table shortens texts, but no numbers.
            cells.add(scored.reset()
                    .filter(HalfReset::inverse)
                    .map(_ -> "inverse")
                    .orElse(scored.name()));
            cells.add(scored.ratio().orElse("–"));
            cells.add(scored.reset()
                    .map(reset -> Amounts.percent(reset.reset().count().share()))
                    .orElse(scored.name().equals("base") ? "100.0 %" : "0.0 %"));
            for (var scores : scored.scores()) {
                for (var figure : scores.figures()) if (shown(figure)) cells.add(value(figure));
            }
            table.row(cells.toArray());
        }
        return table.render(columns);
    }

    /** Loss and perplexity say the same; reset.json has both. */
    private static boolean shown(NamedScore figure) {
        return !figure.name().equals("perplexity") && !figure.name().equals("tokens");
    }

    private static String word(NamedScore figure) {
        return figure.name().replace('_', ' ');
    }

    /** The file's name without folders and ending. */
    private static String name(Scores scores) {
        var file = Path.of(scores.of()).getFileName();
        return file == null ? scores.of() : file.toString().replaceFirst("\\.\\w+$", "");
    }

    private static String value(NamedScore figure) {
        return figure.isShare() ? Amounts.percent(figure.value()) : String.format(Locale.ROOT, "%.4f", figure.value());
    }
}
