package org.halftune.hft;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;

/**
 * A selection as text: a line per category with matrices, parameters and their fraction, then a line per layer.
 *
 * <pre>
 * hft, category 0.5, seed 42, round 0
 *
 *                matrices        parameters     share
 * embeddings       1 /  1    3,072 /  3,072   100.0 %
 * attention        4 /  8    3,584 /  6,144    58.3 %
 * …
 * total           13 / 21   …
 *
 * layer 0   q . v .   gate up .      in .
 * …
 * </pre>
 */
public final class SelectionTable {

    /** A column of a layer's line. */
    private record Column(ParameterRole role, String word) {}

    private static final List<List<Column>> LAYER = List.of(
            List.of(
                    new Column(ParameterRole.QUERY, "q"),
                    new Column(ParameterRole.KEY, "k"),
                    new Column(ParameterRole.VALUE, "v"),
                    new Column(ParameterRole.OUTPUT, "o")),
            List.of(
                    new Column(ParameterRole.GATE, "gate"),
                    new Column(ParameterRole.UP, "up"),
                    new Column(ParameterRole.DOWN, "down")),
            List.of(new Column(ParameterRole.INPUT_NORM, "in"), new Column(ParameterRole.POST_ATTENTION_NORM, "post")));

    private SelectionTable() {}

    /** The text, with a line break at its end. */
    public static String of(Selection selection) {
        return headline(selection) + "\n\n" + categories(selection) + "\n" + layers(selection);
    }

    private static String headline(Selection selection) {
        return selection.method()
                + switch (selection.origin()) {
                    case SelectionOrigin.Everything _ -> ", all parameters";
                    case SelectionOrigin.Listed _ -> ", listed by hand";
                    case SelectionOrigin.Matched(var patterns) ->
                        ", parameters that match " + String.join(", ", patterns);
                    case SelectionOrigin.Drawn(Strategy strategy, long seed, int round) ->
                        ", " + words(strategy) + ", seed " + seed + ", round " + round;
                    case SelectionOrigin.Fixed(Strategy strategy) -> ", " + words(strategy);
                    case SelectionOrigin.LeastImportant(Ratios ratios, ImportanceScores scores) ->
                        ", importance " + ratios.text() + ", least important to "
                                + Amounts.counted(scores.source().samples(), "row") + " of "
                                + scores.source().file();
                };
    }

    private static String words(Strategy strategy) {
        return strategy.key() + " " + strategy.ratios().text();
    }

    private static String categories(Selection selection) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("", "matrices", "parameters", "share"));
        var total = selection.count();
        selection
                .countByCategory()
                .forEach((category, count) -> rows.add(row(title(category, selection), count, total)));
        rows.add(row("total", total, total));

        var text = new StringBuilder();
        for (var row : rows) {
            text.append(leftAligned(row.getFirst(), width(rows, 0)));
            for (int i = 1; i < row.size(); i++) {
                text.append("   ").append(rightAligned(row.get(i), width(rows, i)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String title(ParameterCategory category, Selection selection) {
        boolean both = category == ParameterCategory.EMBEDDING && selection.tiedHead();
        return both ? category.title() + " = " + ParameterCategory.HEAD.title() : category.title();
    }

    /** Numbers are as wide as the total's, so that the slashes are aligned. */
    private static List<String> row(String title, ParameterCount count, ParameterCount total) {
        return List.of(
                title,
                fraction(count.matricesTrainable(), count.matrices(), total.matrices()),
                fraction(count.trainable(), count.total(), total.total()),
                String.format(Locale.ROOT, "%.1f %%", 100 * count.share()));
    }

    private static String fraction(long part, long whole, long widest) {
        int width = Amounts.exact(widest).length();
        return rightAligned(Amounts.exact(part), width) + " / " + rightAligned(Amounts.exact(whole), width);
    }

    private static String layers(Selection selection) {
        int layers =
                selection.specs().stream().mapToInt(ParameterSpec::layer).max().orElse(-1) + 1;
        int digits = String.valueOf(layers - 1).length();
        var text = new StringBuilder();
        for (int layer = 0; layer < layers; layer++) {
            text.append("layer ").append(rightAligned(String.valueOf(layer), digits));
            for (var group : LAYER) {
                text.append("  ");
                for (var column : group) {
                    boolean trains = selection.trains(column.role().parameterName(layer));
                    var word = trains ? column.word() : ".";
                    text.append(' ').append(leftAligned(word, column.word().length()));
                }
            }
            while (text.charAt(text.length() - 1) == ' ') text.setLength(text.length() - 1);
            text.append('\n');
        }
        return text.toString();
    }

    private static String leftAligned(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String rightAligned(String text, int width) {
        return " ".repeat(width - text.length()) + text;
    }
}
