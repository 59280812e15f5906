package org.halftune.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.problem.InputError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strict JSON: duplicate keys, text after the value, NaN and comments are errors, because parsers disagree on them.
 * Floats keep all their digits.
 */
public final class StrictJson {
    private static final JsonMapper MAPPER = strict(JsonMapper.builder());
    private static final ObjectWriter PRETTY = MAPPER.writer()
            .with(new DefaultPrettyPrinter(
                            Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER))
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(new DefaultIndenter("  ", "\n")));
    private static final long MAX_BYTES = 1L << 30;

    private StrictJson() {}

    /** A mapper with these rules and what {@code builder} adds to them. */
    public static JsonMapper strict(JsonMapper.Builder builder) {
        return builder.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /**
     * Parses any JSON value.
     *
     * @throws JacksonException if it is not valid JSON
     */
    public static JsonNode tree(String text) {
        return MAPPER.readTree(text);
    }

    /** A streaming parser, for files that are too large for a tree. */
    public static JsonParser parser(String text) {
        return MAPPER.createParser(text);
    }

    /**
     * Reads a JSON object from a file.
     *
     * @throws InputError if the file cannot be read, is not valid JSON, or is not an object
     */
    public static ObjectNode read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InputError(
                        "the file is too large for a JSON file", file.toString(), "check that this is the right file");
            }
            return parse(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }

    /**
     * Parses a JSON object from UTF-8 text.
     *
     * @param where the name of the text, for error messages
     */
    public static ObjectNode parse(byte[] text, String where) {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw invalid(where, e);
        }
        if (node instanceof ObjectNode object) return object;
        throw new InputError("this is not a JSON object", where, "write an object: { … }");
    }

    /** The error for text that is not valid JSON. */
    public static InputError invalid(String where, JacksonException e) {
        String reason = JsonProblem.reason(e);
        if (reason.equals(JsonProblem.SECOND_VALUE)) {
            return new InputError(
                    reason,
                    where + position(e),
                    "name another file: this one seems to hold rows (JSON Lines); or keep one value");
        }
        return new InputError(
                "this is not valid JSON: " + reason,
                where + position(e),
                "correct the JSON there, or download the file again");
    }

    /** Formats like Python's {@code json.dump(indent=2)}, with a line feed at the end. */
    public static String print(JsonNode node) {
        return PRETTY.writeValueAsString(node) + "\n";
    }

    /** An empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The type of a value for error messages: "a string", "an integer", … */
    public static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> node.isIntegralNumber() ? "an integer" : "a floating-point number";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case NULL -> "null";
            default -> "missing";
        };
    }

    private static String position(JacksonException e) {
        var location = e.getLocation();
        if (location == null || location.getLineNr() < 1) return "";
        return ", line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
