package org.halftune.source;

import java.io.FilterReader;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A CSV file with a header (RFC 4180), or a TSV file. Quoted cells may hold line breaks. Every cell is a string,
 * including empty ones: no numbers or missing values are inferred. Blank lines are skipped.
 */
final class CsvRows implements RowSource {
    private static final long LONGEST =
            1 << 25; // characters of a row, so that an unclosed quote cannot fill the memory

    private final TextFile file;
    private final CSVParser parser;
    private final Counting text;
    private List<String> header = List.of();
    /** The first row of a file without a header, until it is returned. */
    private @Nullable CSVRecord first;

    private long before;
    private long rows;

    private CsvRows(TextFile file, Counting text, char separator) throws IOException {
        this.file = file;
        this.text = text;
        var format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(separator)
                .setIgnoreEmptyLines(false)
                .get();
        this.parser = CSVParser.builder().setReader(text).setFormat(format).get();
    }

    /**
     * @param columns see {@link DataFile#open(java.nio.file.Path, List)}
     * @throws InputError if there is no header, or two columns have the same name
     */
    static CsvRows open(TextFile file, char separator, List<String> columns) {
        try {
            PushbackReader text = file.open();
            try {
                var source = new CsvRows(file, new Counting(text, file.path() + ", line "), separator);
                source.header = source.header(separator, columns);
                return source;
            } catch (IOException | RuntimeException | Error failure) {
                text.close();
                throw failure;
            }
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    private List<String> header(char separator, List<String> columns) {
        CSVRecord first = record();
        if (first == null) throw file.empty();
        if (!columns.isEmpty() && first.stream().map(String::strip).noneMatch(columns.getFirst()::equals)) {
            this.first = first;
            return columns;
        }
        var names = new ArrayList<String>();
        for (int i = 0; i < first.size(); i++) {
            String name = first.get(i).strip();
            names.add(name.isEmpty() ? "Unnamed: " + i : name); // pandas names the column of its index like this
        }
        var seen = new HashSet<String>();
        for (String name : names) {
            if (seen.add(name)) continue;
            throw new InputError("two columns have the name " + shown(name), place(), "rename one of them");
        }
        for (char other : new char[] {';', '\t', ','}) {
            if (names.size() == 1 && other != separator && names.getFirst().indexOf(other) >= 0) {
                throw new InputError(
                        "the header has only one column, " + shown(names.getFirst()),
                        place(),
                        "separate cells with commas in a .csv file and with tabs in a .tsv file");
            }
        }
        return List.copyOf(names);
    }

    @Override
    public @Nullable SourceRow next() {
        CSVRecord record = first != null ? first : record();
        first = null;
        if (record == null) return null;
        rows++;
        if (record.size() != header.size()) {
            throw new InputError(
                    "the row has " + cells(record.size()) + ", but the header has " + header.size(),
                    place(),
                    "write one cell per column, and quote cells that contain separators, quotes or line breaks");
        }
        var row = JsonNodeFactory.instance.objectNode();
        long size = 0;
        for (int i = 0; i < header.size(); i++) {
            row.put(header.get(i), record.get(i));
            size += record.get(i).length();
        }
        return new SourceRow(file.path(), before + 1, rows, row, size);
    }

    /** The next record that is not a blank line, or null; {@link #before} is then the number of lines before it. */
    private @Nullable CSVRecord record() {
        try {
            while (true) {
                before = parser.getCurrentLineNumber();
                text.begin(before + 1);
                var records = parser.iterator();
                if (!records.hasNext()) return null;
                CSVRecord record = records.next();
                boolean blank = record.size() == 1 && record.get(0).isBlank();
                if (!blank) return record;
            }
        } catch (UncheckedIOException e) {
            throw damaged(Objects.requireNonNull(e.getCause()));
        } catch (
                IllegalStateException
                        e) { // thrown by the library's iterator, with or without an IOException as the cause
            throw e.getCause() instanceof IOException cause ? damaged(cause) : notCsv(e);
        }
    }

    private InputError damaged(IOException e) {
        String reason = String.valueOf(e.getMessage());
        boolean syntax = reason.contains("encapsulated token")
                || reason.contains("Invalid character")
                || reason.contains("Invalid char");
        return syntax ? notCsv(e) : file.unreadable(e);
    }

    private InputError notCsv(Exception e) {
        String reason = String.valueOf(e.getMessage());
        String what = reason.contains("EOF reached")
                ? "a quoted cell has no closing quote"
                : "a quoted cell has text after its closing quote";
        return new InputError(
                what, place(), "double the quotes inside quoted cells (\"\"), and close every quoted cell");
    }

    private String place() {
        return file.path() + ", line " + (before + 1);
    }

    private static String cells(int count) {
        return count == 1 ? "1 cell" : count + " cells";
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "\uFFFD");
        return '"' + (line.length() <= 60 ? line : line.substring(0, 60) + "…") + '"';
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    /** Counts the characters of the current row. */
    private static final class Counting extends FilterReader {
        private final String file;
        private long line = 1;
        private long count;

        Counting(Reader text, String file) {
            super(text);
            this.file = file;
        }

        void begin(long newLine) {
            line = newLine;
            count = 0;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) counted(1);
            return read;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            if (read > 0) counted(read);
            return read;
        }

        private void counted(int read) {
            count += read;
            if (count <= LONGEST) return;
            throw new InputError(
                    "the row has more than 32 million characters", file + line, "close the quotes of quoted cells");
        }
    }
}
