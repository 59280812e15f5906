package org.halftune.cli;

import java.util.List;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.data.DataSurvey;
import org.halftune.data.DatasetSummary;
import org.halftune.data.LengthHistogram;
import org.halftune.data.Piece;

/**
 * A {@link DataSurvey} for the terminal.
 *
 * @param coloured whether trained tokens are green and special tokens bold; otherwise trained tokens are in ⟦ ⟧
 */
record DataText(int columns, boolean coloured) {
    private static final String GREEN = "\u001b[32m";
    private static final String BOLD = "\u001b[1m";
    private static final String END = "\u001b[0m";

    String of(DataSurvey survey) {
        var out = new StringBuilder();
        facts(out, survey);
        histogram(out, LengthHistogram.of(survey.lengths()));
        for (var shown : survey.shown()) row(out, shown);
        return out.toString();
    }

    private static void facts(StringBuilder out, DataSurvey survey) {
        var description = survey.description();
        DatasetSummary summary = description.summary();
        var notes = summary.notes();
        line(
                out,
                "rows",
                Amounts.exact(summary.rows())
                        + (survey.kept() == summary.rows()
                                ? ""
                                : ", " + Amounts.exact(survey.kept()) + " to train on"));
        line(out, "format", notes.format());
        if (notes.conversations() > 0) line(out, "template", description.template());
        line(out, "loss on", description.lossOn());
        line(
                out,
                "tokens",
                Amounts.exact(summary.tokens()) + ", " + Amounts.exact(summary.labelledTokens())
                        + " trained; the longest row has " + Amounts.exact(summary.longest()));
        if (survey.packed() > 0) line(out, "packed", "into " + Amounts.counted(survey.packed(), "row"));
        for (String warning : summary.warnings()) line(out, "note", warning);
    }

    private static void line(StringBuilder out, String name, String text) {
        out.append(String.format(Locale.ROOT, "%-9s %s%n", name, text));
    }

    private void histogram(StringBuilder out, LengthHistogram histogram) {
        if (histogram.bins().isEmpty()) return;
        out.append("\ntokens per row\n");
        int most = histogram.bins().stream()
                .mapToInt(LengthHistogram.Bin::rows)
                .max()
                .orElse(1);
        int width = Math.max(10, Math.min(50, columns - 30));
        for (var bin : histogram.bins()) {
            int bar = (int) Math.ceil((double) width * bin.rows() / most);
            String range = bin.from() == bin.to()
                    ? Amounts.exact(bin.from())
                    : Amounts.exact(bin.from()) + "–" + Amounts.exact(bin.to());
            out.append(String.format(Locale.ROOT, "%15s  %s %s", range, "█".repeat(bar), Amounts.exact(bin.rows()))
                            .stripTrailing())
                    .append('\n');
        }
    }

    private void row(StringBuilder out, DataSurvey.Shown shown) {
        var encoded = shown.row();
        int kept = shown.sequences().stream().mapToInt(List::size).sum();
        out.append('\n').append(encoded.source().place()).append(": ").append(tokens(encoded.fullLength()));
        if (encoded.truncated()) out.append(", shortened to ").append(tokens(kept));
        if (encoded.split())
            out.append(", split into ").append(Amounts.counted(encoded.rows().size(), "row"));
        if (encoded.examples().stream()
                        .mapToInt(example -> example.labelledCount())
                        .sum()
                == 0) out.append(", left out: no token to train on");
        out.append('\n');
        for (int i = 0; i < shown.sequences().size(); i++) {
            if (i > 0) out.append("--\n");
            String text = text(shown.sequences().get(i));
            out.append(text).append(text.endsWith("\n") ? "" : "\n");
        }
    }

    private String text(List<Piece> pieces) {
        var out = new StringBuilder();
        boolean open = false;
        for (Piece piece : pieces) {
            if (coloured) {
                if (piece.special()) out.append(BOLD);
                if (piece.trainedOn()) out.append(GREEN);
                out.append(piece.visible()).append(END);
                continue;
            }
            if (piece.trainedOn() != open) {
                out.append(open ? "⟧" : "⟦");
                open = !open;
            }
            out.append(piece.visible());
        }
        if (open) out.append("⟧");
        return out.toString();
    }

    private static String tokens(int count) {
        return Amounts.counted(count, "token");
    }
}
