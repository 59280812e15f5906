package org.halftune.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.files.JsonProblem;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the rows of a data file one after another: a JSON array of objects, or one object a line (blank lines are
 * skipped). Which of the two is seen from the first character, because files named {@code .json} are often lines. UTF-8,
 * with or without byte order mark.
 *
 * <p>Everything that can be wrong with a file is an {@link InputError} that names file, line and field.
 */
public final class RowReader implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final Path file;
    private final BufferedReader text;
    private final @Nullable JsonParser array; // null: one object a line
    private long line; // lines: the last one read; array: lines before the opening bracket
    private long rows;

    private RowReader(Path file, BufferedReader text, long skippedLines, boolean isArray) {
        this.file = file;
        this.text = text;
        this.line = skippedLines;
        this.array = isArray ? JSON.createParser(text) : null;
    }

    /** @throws InputError if the file is missing, a folder, empty, or not JSON */
    public static RowReader open(Path file) {
        checkReadable(file);
        try {
            var source = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder());
            try {
                return begin(file, new PushbackReader(source));
            } catch (Throwable failure) {
                source.close();
                throw failure;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** All rows of a file, in order. */
    public static List<PlacedRow> readAll(Path file) {
        var rows = new ArrayList<PlacedRow>();
        try (RowReader reader = open(file)) {
            for (PlacedRow row = reader.next(); row != null; row = reader.next()) rows.add(row);
        }
        return rows;
    }

    /** The next row, or null after the last. */
    public @Nullable PlacedRow next() {
        try {
            return array == null ? nextLine() : nextElement(array);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException cause) throw unreadable(file, cause);
            throw notJson(e);
        }
    }

    @Override
    public void close() {
        try {
            text.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RowReader begin(Path file, PushbackReader source) throws IOException {
        long skippedLines = 0;
        int first = source.read();
        if (first == '\uFEFF') first = source.read();
        for (; first >= 0 && Character.isWhitespace(first); first = source.read()) if (first == '\n') skippedLines++;
        if (first < 0) throw new InputError("the file is empty", file.toString(), "give a file with rows");
        if (first != '[' && first != '{') {
            throw new InputError(
                    String.format(Locale.ROOT, "the file begins with '%c' (\\u%04x): this is no JSON", first, first),
                    file + ", line " + (skippedLines + 1),
                    "give a JSON array of objects, or one JSON object a line");
        }
        source.unread(first);
        return new RowReader(file, new BufferedReader(source, 1 << 16), skippedLines, first == '[');
    }

    private @Nullable PlacedRow nextLine() throws IOException {
        for (String content = text.readLine(); content != null; content = text.readLine()) {
            line++;
            if (content.isBlank()) continue;
            JsonNode value = JSON.readTree(content);
            var place = new Place(file, line, ++rows);
            return new PlacedRow(place, RowParser.parse(value, place));
        }
        return null;
    }

    private @Nullable PlacedRow nextElement(JsonParser parser) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_ARRAY
                && rows == 0
                && parser.streamReadContext().getNestingDepth() == 1) {
            token = parser.nextToken();
        }
        if (token == JsonToken.END_ARRAY) {
            if (parser.nextToken() != null) {
                throw new InputError(
                        "something follows the closing ] of the rows",
                        file + ", line " + (line + parser.currentTokenLocation().getLineNr()),
                        "keep one array, or write one object a line");
            }
            return null;
        }
        if (token == null) return null;
        var place = new Place(file, line + parser.currentTokenLocation().getLineNr(), ++rows);
        JsonNode value = parser.readValueAsTree(); // unlike the mapper, content to find another row behind it
        return new PlacedRow(place, RowParser.parse(value, place));
    }

    private InputError notJson(JacksonException e) {
        var at = e.getLocation();
        boolean lines = array == null;
        long where = lines ? line : line + (at == null ? 0 : at.getLineNr());
        String column = at == null ? "" : ", column " + at.getColumnNr();
        return new InputError(
                "invalid JSON: " + JsonProblem.reason(e),
                file + ", line " + where + column,
                lines ? "write each row on one line, or all rows as one array [ … ]" : "repair the file there");
    }

    private static void checkReadable(Path file) {
        String name = file.toString();
        if (!Files.exists(file)) throw new InputError("there is no such data file", name, "check the path");
        if (Files.isDirectory(file)) {
            throw new InputError("this is a folder, not a data file", name, "name the .json or .jsonl file inside it");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.endsWith(".json") && !lower.endsWith(".jsonl") && !lower.endsWith(".ndjson")) {
            throw new InputError(
                    "data files end in .json or .jsonl", name, "convert the file to JSON lines, or rename it");
        }
        if (!Files.isReadable(file))
            throw new InputError("the data file may not be read", name, "change its permissions");
    }

    private static InputError unreadable(Path file, IOException e) {
        if (e instanceof CharacterCodingException) {
            return new InputError(
                    "the file is not UTF-8",
                    file + ", line " + firstMalformedLine(file),
                    "save it in the encoding UTF-8");
        }
        return new InputError(
                "the data file cannot be read: " + e.getMessage(), file.toString(), "check the disk it lies on");
    }

    /** Readers decode ahead of the row they give, so the line is looked for again, exactly. */
    private static long firstMalformedLine(Path file) {
        long line = 0;
        try (var bytes =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1))) {
            for (String content = bytes.readLine(); content != null; content = bytes.readLine()) {
                line++;
                StandardCharsets.UTF_8.newDecoder().decode(StandardCharsets.ISO_8859_1.encode(content));
            }
        } catch (IOException malformed) {
            return line;
        }
        return line;
    }
}
