package org.halftune.report.study;

import java.util.ArrayList;
import java.util.stream.Collectors;
import org.halftune.console.Table;

/** A study as text: on the console, and as {@code study.md}. */
public final class StudyText {
    private StudyText() {}

    /** For the terminal, ending in a line break. */
    public static String console(StudyResult study, int columns) {
        var text = new StringBuilder(study.title() + "\n" + wrapped(StudyTable.setup(study), columns));
        for (var table : StudyTable.of(study, false)) {
            var console = Table.of(table.header().toArray(String[]::new));
            String task = "";
            for (var row : table.rows()) {
                if (!task.isEmpty()
                        && !row.getFirst().isEmpty()
                        && !row.getFirst().equals(task)) console.line();
                if (!row.getFirst().isEmpty()) task = row.getFirst();
                console.row(row.toArray());
            }
            text.append('\n').append(table.title()).append("\n\n").append(console.render(columns));
            if (!table.note().isEmpty()) text.append('\n').append(wrapped(table.note(), columns));
        }
        return text.toString();
    }

    /** Lines of at most {@code columns} characters, broken at spaces. */
    private static String wrapped(String words, int columns) {
        var text = new StringBuilder();
        int length = 0;
        for (String word : words.split(" ", -1)) {
            if (length > 0 && length + 1 + word.length() > columns) {
                text.append('\n');
                length = 0;
            }
            if (length > 0) text.append(' ');
            text.append(word);
            length += (length > 0 ? 1 : 0) + word.length();
        }
        return text.append('\n').toString();
    }

    /** As Markdown, with all measures. */
    public static String markdown(StudyResult study) {
        var text = new StringBuilder("## " + study.title() + "\n\n" + StudyTable.setup(study) + "\n");
        for (var table : StudyTable.of(study, true)) {
            text.append("\n### ").append(table.title()).append("\n\n");
            text.append(row(table.header()));
            text.append("|").append("---|".repeat(table.header().size())).append('\n');
            for (var row : table.rows()) text.append(row(row));
            if (!table.note().isEmpty()) text.append('\n').append(table.note()).append('\n');
        }
        return text.toString();
    }

    private static String row(Iterable<String> cells) {
        var all = new ArrayList<String>();
        cells.forEach(cell -> all.add(cell.replace("|", "\\|")));
        return all.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
