package org.halftune.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text table with a header. Columns of numbers are aligned right, columns of words left. If the table is wider than the terminal,
 * its widest column of words is cut with an ellipsis; numbers are never cut.
 *
 * <pre>
 *               FFT      HFT
 * ───────────────────────────
 * step        812 ms   655 ms
 * </pre>
 */
public final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 8;

    private final List<String> header;
    private final List<String @Nullable []> rows = new ArrayList<>();

    /** A table with these column headers; the first column is aligned left. */
    public static Table of(String... header) {
        return new Table(List.of(header));
    }

    private Table(List<String> header) {
        this.header = header;
    }

    /** Adds a row; missing cells at the end are empty. */
    public Table row(Object... cells) {
        if (cells.length > header.size()) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + header.size() + " columns");
        }
        var texts = new String[header.size()];
        Arrays.fill(texts, "");
        for (var i = 0; i < cells.length; i++) texts[i] = cells[i].toString();
        rows.add(texts);
        return this;
    }

    /** Adds a horizontal line. */
    public Table line() {
        rows.add(null);
        return this;
    }

    /** Renders the table in at most {@code columns} characters per line, if words can be cut; ends with a line break. */
    public String render(int columns) {
        var right = numeric();
        var widths = fitted(columns, right);
        var rule = "─".repeat(Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1)) + "\n";
        var text = new StringBuilder();
        if (header.stream().anyMatch(head -> !head.isEmpty())) {
            append(text, header.toArray(String[]::new), widths, right);
            text.append(rule);
        }
        for (var row : rows) {
            if (row == null) text.append(rule);
            else append(text, row, widths, right);
        }
        return text.toString();
    }

    private boolean[] numeric() {
        var right = new boolean[header.size()];
        for (var column = 1; column < right.length; column++) {
            var index = column;
            right[column] = rows.stream()
                    .filter(row -> row != null && !row[index].isEmpty())
                    .allMatch(row -> row != null && startsAsNumber(row[index]));
        }
        return right;
    }

    private static boolean startsAsNumber(String cell) {
        return cell.matches("[-+−±<≈≥]?\\s?(\\d|\\.\\d).*") || cell.matches("[-–—]|n/a|NaN|-?Infinity");
    }

    private int[] fitted(int columns, boolean[] right) {
        var widths = new int[header.size()];
        for (var column = 0; column < widths.length; column++) {
            widths[column] = width(header.get(column));
            for (var row : rows) if (row != null) widths[column] = Math.max(widths[column], width(row[column]));
        }
        var excess = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - columns;
        while (excess > 0) {
            var widest = -1;
            for (var column = 0; column < widths.length; column++) {
                var cuttable = !right[column] && widths[column] > NARROWEST;
                if (cuttable && (widest < 0 || widths[column] > widths[widest])) widest = column;
            }
            if (widest < 0) return widths;
            widths[widest]--;
            excess--;
        }
        return widths;
    }

    private static void append(StringBuilder text, String[] cells, int[] widths, boolean[] right) {
        var line = new StringBuilder();
        for (var column = 0; column < cells.length; column++) {
            if (column > 0) line.append(GAP);
            var cell = cut(cells[column], widths[column]);
            var padding = " ".repeat(widths[column] - width(cell));
            line.append(right[column] ? padding + cell : cell + padding);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static String cut(String cell, int width) {
        if (width(cell) <= width) return cell;
        return cell.substring(0, cell.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
