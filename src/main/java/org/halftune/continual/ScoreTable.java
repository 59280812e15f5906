package org.halftune.continual;

import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Table;
import org.halftune.report.Figures;

/** The scores as a table for the terminal: a row for each task, a column for each round, in percent. */
public final class ScoreTable {
    private ScoreTable() {}

    /**
     * The table, and a line with OP, BWT and FWT.
     *
     * @param metrics of the tasks
     * @param rounds how many rounds are scored
     */
    public static String render(ScoreMatrix scores, List<String> metrics, int rounds, int columns) {
        boolean before = scores.measured(0, 1);
        var header = new ArrayList<>(List.of("task", "metric"));
        if (before) header.add("before");
        for (int round = 1; round <= rounds; round++) header.add("round " + round);
        var table = Table.of(header.toArray(String[]::new));
        for (int task = 1; task <= scores.tasks().size(); task++) {
            var row = new ArrayList<Object>(List.of(scores.tasks().get(task - 1), metrics.get(task - 1)));
            for (int round = before ? 0 : 1; round <= rounds; round++) row.add(percent(scores.get(round, task)));
            boolean measured = row.subList(2, row.size()).stream().anyMatch(cell -> !cell.equals(Figures.NONE));
            if (measured) table.row(row.toArray());
        }
        table.line();
        var overall = new ArrayList<Object>(List.of("OP", ""));
        var backward = new ArrayList<Object>(List.of("BWT", ""));
        if (before) {
            overall.add("");
            backward.add("");
        }
        for (int round = 1; round <= rounds; round++) {
            overall.add(percent(scores.overall(round)));
            backward.add(signed(scores.backward(round)));
        }
        table.row(overall.toArray());
        table.row(backward.toArray());
        return table.render(columns);
    }

    /** {@code OP 48.7 %, BWT −12.3 points}: the figures of the whole sequence, with what they are. */
    public static List<String> summary(ScoreMatrix scores) {
        var lines = new ArrayList<String>();
        lines.add("OP   " + Figures.percent(scores.overall()) + ": mean of all tasks after the last round");
        lines.add(
                scores.tasks().size() < 2
                        ? "BWT  is not defined for a single task"
                        : "BWT  " + Figures.points(scores.backward())
                                + ": mean change of a task since the round that learned it");
        if (!Double.isNaN(scores.forward())) {
            lines.add("FWT  " + Figures.points(scores.forward())
                    + ": mean gain of a task from the rounds before its own");
        }
        return lines;
    }

    static String percent(double score) {
        return Double.isNaN(score) ? Figures.NONE : Figures.decimals(100 * score, 1);
    }

    static String signed(double difference) {
        return Double.isNaN(difference) ? Figures.NONE : Figures.signed(100 * difference, 1);
    }
}
