package org.halftune.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.files.FileProblem;
import org.halftune.files.JsonProblem;
import org.halftune.problem.InputError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** A {@code --config} file: flat YAML whose keys are flags without dashes. Values stay text; flags give them meaning. */
final class Recipe {

    /**
     * What a key says.
     *
     * @param values the text of the value, or of each element of a list
     * @param list whether it was a list
     * @param origin file and line
     */
    record Entry(String key, List<String> values, boolean list, String origin) {}

    private Recipe() {}

    /** Reads the keys in order; null values are left out, as "not given". Throws {@link InputError} with file and line. */
    static List<Entry> read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new InputError("there is no recipe " + file, "", "check the path given to --config");
        } catch (MalformedInputException e) {
            throw new InputError("the recipe is not UTF-8 text", file.toString(), "save it as UTF-8");
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
        if (text.startsWith("\ufeff")) text = text.substring(1);
        try (var parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
            return entries(file, parser);
        } catch (JacksonException e) {
            var line =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new InputError(
                    "the recipe is not valid YAML: " + JsonProblem.reason(e),
                    file + line,
                    "write one \"key: value\" on each line");
        }
    }

    private static List<Entry> entries(Path file, JsonParser parser) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        var first = parser.nextToken();
        if (first == null) return List.of();
        if (first != JsonToken.START_OBJECT)
            throw flat(file + ", line " + line(parser), "the recipe is not a list of keys");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var key = parser.currentName();
            var origin = file + ", line " + line(parser);
            parser.nextToken();
            refuseAlias(parser, key, origin);
            var entry = switch (parser.currentToken()) {
                case START_OBJECT -> throw flat(origin, key + " holds keys of its own");
                case START_ARRAY -> new Entry(key, elements(parser, key, origin), true, origin);
                case VALUE_NULL -> new Entry(key, List.of(), false, origin);
                default -> new Entry(key, List.of(parser.getString()), false, origin);
            };
            var earlier = entries.putIfAbsent(Flags.canonical(key), entry);
            if (earlier != null) {
                throw new InputError(key + " stands twice", origin, "keep one; the other is at " + earlier.origin());
            }
        }
        if (parser.nextToken() != null)
            throw flat(file + ", line " + line(parser), "the recipe holds a second document");
        return List.copyOf(entries.values());
    }

    private static List<String> elements(JsonParser parser, String key, String origin) {
        List<String> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            refuseAlias(parser, key, origin);
            if (!parser.currentToken().isScalarValue() || parser.currentToken() == JsonToken.VALUE_NULL) {
                throw flat(origin, key + " is a list of something other than plain values");
            }
            values.add(parser.getString());
        }
        if (values.isEmpty())
            throw new InputError(key + " is an empty list", origin, "name a value, or leave the key out");
        return values;
    }

    private static void refuseAlias(JsonParser parser, String key, String origin) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw flat(origin, key + " refers to another value by a YAML alias");
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private static InputError flat(String origin, String what) {
        return new InputError(what, origin, "a recipe is flat: one \"key: value\" on each line, keys as the flags");
    }
}
