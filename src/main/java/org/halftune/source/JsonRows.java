package org.halftune.source;

import java.io.IOException;
import java.io.PushbackReader;
import java.util.Locale;
import org.halftune.files.JsonProblem;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON array of objects, or JSON Lines (blank lines are skipped). The first character tells which, because files
 * named {@code .json} often hold JSON Lines.
 *
 * <p>{@code NaN} and {@code Infinity} are numbers, as in Python. A duplicate key in an object is an error; Python would
 * silently take the last one.
 */
final class JsonRows implements RowSource {

    private static final int DEEPEST = 2000; // about the limit of Python

    private static final JsonMapper JSON = StrictJson.strict(JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS));

    private final TextFile file;
    private final PushbackReader text;
    private final LineReader lines;
    private final @Nullable JsonParser array; // null: one object a line
    private final long skipped; // lines before the first character
    private long rows;

    private JsonRows(TextFile file, PushbackReader text, long skipped, boolean isArray) {
        this.file = file;
        this.text = text;
        this.skipped = skipped;
        this.lines = new LineReader(text, file.path().toString(), skipped);
        this.array = isArray ? JSON.createParser(text) : null;
    }

    /** @throws InputError if the file is empty, or not JSON */
    static JsonRows open(TextFile file) {
        try {
            PushbackReader text = file.open();
            try {
                return begin(file, text);
            } catch (IOException | RuntimeException | Error failure) {
                text.close();
                throw failure;
            }
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    private static JsonRows begin(TextFile file, PushbackReader text) throws IOException {
        long skipped = 0;
        int first = text.read();
        for (; first >= 0 && Character.isWhitespace(first); first = text.read()) if (first == '\n') skipped++;
        if (first < 0) throw file.empty();
        if (first != '[' && first != '{') {
            throw new InputError(
                    String.format(Locale.ROOT, "the file starts with '%c' (\\u%04x), which is not JSON", first, first),
                    file.path() + ", line " + (skipped + 1),
                    "write a JSON array of objects, or one JSON object per line");
        }
        text.unread(first);
        return new JsonRows(file, text, skipped, first == '[');
    }

    @Override
    public @Nullable SourceRow next() {
        try {
            return array == null ? nextLine() : nextElement(array);
        } catch (IOException e) {
            throw file.unreadable(e);
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException cause) throw file.unreadable(cause);
            throw notJson(e);
        }
    }

    private @Nullable SourceRow nextLine() throws IOException {
        for (String content = lines.next(); content != null; content = lines.next()) {
            if (content.isBlank()) continue;
            JsonNode value = JSON.readTree(content);
            return new SourceRow(file.path(), lines.line(), ++rows, value, content.length());
        }
        return null;
    }

    private @Nullable SourceRow nextElement(JsonParser parser) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_ARRAY
                && rows == 0
                && parser.streamReadContext().getNestingDepth() == 1) {
            token = parser.nextToken();
        }
        if (token == JsonToken.END_ARRAY) {
            if (parser.nextToken() != null) {
                throw new InputError(
                        "there is text after the closing ] of the array",
                        file.path() + ", line "
                                + (skipped + parser.currentTokenLocation().getLineNr()),
                        "write one array, or one object per line");
            }
            return null;
        }
        if (token == null) return null;
        TokenStreamLocation begin = parser.currentTokenLocation();
        JsonNode value = parser.readValueAsTree(); // unlike the mapper, this accepts another row after it
        long size = parser.currentLocation().getCharOffset() - begin.getCharOffset();
        return new SourceRow(file.path(), skipped + begin.getLineNr(), ++rows, value, size);
    }

    private InputError notJson(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        boolean isLine = array == null;
        long line = isLine ? lines.line() : skipped + (at == null ? 0 : at.getLineNr());
        String column = at == null ? "" : ", column " + at.getColumnNr();
        String where = file.path() + ", line " + line + column;
        String reason = JsonProblem.reason(e);
        if (e instanceof StreamConstraintsException && reason.contains("nesting depth")) {
            return new InputError(
                    String.format(Locale.ROOT, "the row has values nested more than %,d levels deep", DEEPEST),
                    where,
                    "remove the column or the row");
        }
        if (reason.startsWith("duplicate key")) {
            return new InputError("invalid JSON: " + reason, where, "keep one of them");
        }
        if (isLine && reason.equals(JsonProblem.SECOND_VALUE)) {
            return new InputError(
                    "invalid JSON: there is text after the row on its line", where, "write each row on its own line");
        }
        return new InputError(
                "invalid JSON: " + reason,
                where,
                isLine ? "write each row on one line, or all rows as one array [ … ]" : "correct the JSON there");
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
