package org.halftune.source;

import java.io.IOException;
import java.io.Reader;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines that end in {@code \n}, {@code \r\n} or {@code \r}, like {@link java.io.BufferedReader}, but limits their
 * length: a large file without line breaks is an error, not an {@link OutOfMemoryError}.
 */
final class LineReader {
    private static final int LONGEST = 1 << 25; // 32 Mi characters

    private final Reader text;
    private final String file;
    private final char[] buffer = new char[1 << 15];
    private int at;
    private int end;
    private boolean afterReturn;
    private long line;

    /** @param skipped lines of the file that were read before */
    LineReader(Reader text, String file, long skipped) {
        this.text = text;
        this.file = file;
        this.line = skipped;
    }

    /** Number of the last line read, from 1. */
    long line() {
        return line;
    }

    /** The next line without its end, or null after the last. */
    @Nullable
    String next() throws IOException {
        StringBuilder before = null;
        while (true) {
            if (at == end && !fill()) {
                if (before == null) return null;
                line++;
                return before.toString();
            }
            if (afterReturn && buffer[at] == '\n') at++;
            afterReturn = false;
            int from = at;
            while (at < end && buffer[at] != '\n' && buffer[at] != '\r') at++;
            if (at < end) {
                afterReturn = buffer[at] == '\r';
                String rest = new String(buffer, from, at++ - from);
                line++;
                return before == null ? rest : before.append(rest).toString();
            }
            if (at > from) {
                if (before == null) before = new StringBuilder(2 * buffer.length);
                before.append(buffer, from, at - from);
                if (before.length() > LONGEST) throw tooLong();
            }
        }
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, text.read(buffer, 0, buffer.length));
        return end > 0;
    }

    private InputError tooLong() {
        return new InputError(
                "the line has more than 32 million characters",
                file + ", line " + (line + 1),
                "write one row per line, or all rows as one JSON array [ … ]");
    }
}
