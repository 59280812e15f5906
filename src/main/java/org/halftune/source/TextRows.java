package org.halftune.source;

import java.io.IOException;
import java.io.PushbackReader;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A plain-text file, read as {@code datasets.load_dataset("text")} does: each line is a row {@code {"text": line}};
 * blank lines are skipped.
 */
final class TextRows implements RowSource {
    private final TextFile file;
    private final PushbackReader text;
    private final LineReader lines;
    private long rows;

    private TextRows(TextFile file, PushbackReader text) {
        this.file = file;
        this.text = text;
        this.lines = new LineReader(text, file.path().toString(), 0);
    }

    static TextRows open(TextFile file) {
        try {
            return new TextRows(file, file.open());
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    /** @throws InputError if the file is damaged, or has no text */
    @Override
    public @Nullable SourceRow next() {
        try {
            for (String content = lines.next(); content != null; content = lines.next()) {
                if (content.isBlank()) continue;
                var row = JsonNodeFactory.instance.objectNode().put("text", content);
                return new SourceRow(file.path(), lines.line(), ++rows, row, content.length());
            }
        } catch (IOException e) {
            throw file.unreadable(e);
        }
        if (rows == 0) throw file.empty();
        return null;
    }

    @Override
    public void close() {
        try {
            text.close();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }
}
