package org.halftune.report;

import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Amounts;

/**
 * The comparison table for the terminal: plain text, at most {@value #WIDTH} columns. In a narrower terminal the numbers of a row are
 * below its label.
 */
public final class ConsoleTable {
    static final int WIDTH = 80;

    private static final int LABEL = 29;
    private static final int COLUMN = 17;
    private static final int NARROWEST = 40;

    private final StringBuilder text = new StringBuilder();
    private final int width;
    /** Width of a column of numbers. */
    private final int column;

    private ConsoleTable(int columns) {
        width = Math.clamp(columns, NARROWEST, WIDTH);
        column = Math.min(COLUMN, width / 3);
    }

    /** The whole table, ending in a line break. Contains non-ASCII characters: →, × and –. */
    public static String render(Comparison comparison, int columns) {
        var table = new ConsoleTable(columns);
        table.heading(comparison);
        for (var group : ComparisonTable.of(comparison)) table.group(group);
        if (comparison.hasSameStep()) table.saving(comparison.saving());
        comparison.equalMemory().map(EqualMemoryResult::note).ifPresent(table::note);
        RateTable.note(comparison.rates()).ifPresent(table::note);
        comparison.rates().leftOut().ifPresent(table::note);
        return table.text.toString();
    }

    private void heading(Comparison comparison) {
        var model = comparison.model();
        var settings = comparison.settings();
        var rates = comparison.rates();
        paragraph(comparison.title());
        paragraph(model.name() + " (" + Figures.count(model.parameters()) + " parameters), "
                + Amounts.counted(settings.maxSteps(), "step")
                + (rates.several()
                        ? " at each of " + rates.fft().size() + " learning rates, "
                        : ", learning rate " + Figures.learningRate(settings.learningRate()) + ", ")
                + comparison.machine().backend());
        text.append('\n');
        line("", "FFT", "HFT", "HFT vs FFT");
        rule();
    }

    private void group(ComparisonTable.Group group) {
        for (var row : group.rows()) {
            line((row.detail() ? "  " : "") + row.label(), row.fft(), row.hft(), row.against());
        }
        rule();
    }

    private void saving(HftSaving saving) {
        var predicted = saving.predicted();
        var time = saving.measured().timeRatio();
        String interval = time.hasInterval()
                ? "(" + Figures.decimals(time.low(), 2) + "–" + Figures.decimals(time.high(), 2) + ")"
                : "too few steps";
        line("HFT / FFT", "predicted", "measured", "95 % interval");
        line("  time per step", Figures.ratio(predicted.timeRatio()), Figures.ratio(time.value()), interval);
        line(
                "  peak memory",
                Figures.ratio(predicted.memoryRatio()),
                Figures.ratio(saving.measured().memoryRatio()),
                "");
        if (!predicted.how().isBlank()) note("Prediction: " + predicted.how());
    }

    private void note(String words) {
        text.append('\n');
        paragraph(words);
    }

    private void rule() {
        text.append("─".repeat(width)).append('\n');
    }

    private void line(String label, String fft, String hft, String against) {
        boolean wide = width == WIDTH;
        String figures = padded(fft, column, true) + padded(hft, column, true) + padded(against, column, true);
        if (!wide && !label.isEmpty()) text.append(label).append('\n');
        String line = wide ? padded(label, LABEL, false) + figures : padded("", width - 3 * column, false) + figures;
        if (wide || !figures.isBlank()) text.append(line.stripTrailing()).append('\n');
    }

    private static String padded(String cell, int width, boolean right) {
        int length = cell.codePointCount(0, cell.length());
        if (length > width - 1) {
            cell = cell.substring(0, cell.offsetByCodePoints(0, width - 2)) + "…";
            length = width - 1;
        }
        String space = " ".repeat(width - length);
        return right ? space + cell : cell + space;
    }

    /** Wraps text at words; a word longer than a line is split. */
    private void paragraph(String words) {
        for (String line : wrapped(words)) text.append(line).append('\n');
    }

    private List<String> wrapped(String words) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (String word : words.strip().split("\\s+", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (!line.isEmpty()) line.append(' ');
            line.append(word);
            while (line.length() > width) {
                int cut = Character.isHighSurrogate(line.charAt(width - 1)) ? width - 1 : width;
                lines.add(line.substring(0, cut));
                line.delete(0, cut);
            }
        }
        if (!line.isEmpty()) lines.add(line.toString());
        return lines;
    }
}
