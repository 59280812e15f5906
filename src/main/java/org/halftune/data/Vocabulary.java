package org.halftune.data;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The tokens of a {@code tokenizer.json}: {@code model.vocab} (BPE, WordPiece, WordLevel: an object of ids; Unigram: a
 * list in the order of ids) and {@code added_tokens}. Merges are skipped.
 */
final class Vocabulary {

    private final Map<String, Integer> ids = new HashMap<>();
    private final Set<Integer> special = new HashSet<>();
    private int size;
    private int baseSize;

    private Vocabulary() {}

    /**
     * @param json content of {@code tokenizer.json}
     * @throws InputError if it is not valid JSON, or has no tokens
     */
    static Vocabulary read(String json, Path file) {
        var vocabulary = new Vocabulary();
        try (JsonParser parser = StrictJson.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) throw noVocabulary(file);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("model") && parser.currentToken() == JsonToken.START_OBJECT)
                    vocabulary.readModel(parser);
                else if (name.equals("added_tokens")) vocabulary.readAddedTokens(parser);
                else if (name.equals("post_processor")) PostProcessorCheck.check(parser.readValueAsTree(), file);
                else parser.skipChildren();
            }
        } catch (JacksonException e) {
            throw StrictJson.invalid(file.toString(), e);
        }
        if (vocabulary.size == 0) throw noVocabulary(file);
        return vocabulary;
    }

    /** The largest id plus one. */
    int size() {
        return size;
    }

    /** The largest id plus one, without added tokens. */
    int baseSize() {
        return baseSize;
    }

    /** Whether {@code added_tokens} marks it as special. */
    boolean isSpecial(int id) {
        return special.contains(id);
    }

    OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The text of a token as written in the vocabulary; empty if no token has this id. */
    String text(int id) {
        for (var entry : ids.entrySet()) if (entry.getValue() == id) return entry.getKey();
        return "";
    }

    private void readModel(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean vocab = parser.currentName().equals("vocab");
            JsonToken value = parser.nextToken();
            if (vocab && value == JsonToken.START_OBJECT) readIds(parser);
            else if (vocab && value == JsonToken.START_ARRAY) readScores(parser);
            else parser.skipChildren();
        }
    }

    private void readIds(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String token = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) addBase(token, parser.getIntValue());
            else parser.skipChildren();
        }
    }

    private void readScores(JsonParser parser) {
        for (int id = 0; parser.nextToken() == JsonToken.START_ARRAY; id++) {
            if (parser.nextToken() == JsonToken.VALUE_STRING) addBase(parser.getString(), id);
            while (parser.currentToken() != JsonToken.END_ARRAY && parser.nextToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
            }
        }
    }

    private void readAddedTokens(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            String content = "";
            int id = -1;
            boolean isSpecial = false;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("content") && value == JsonToken.VALUE_STRING) content = parser.getString();
                else if (name.equals("id") && value == JsonToken.VALUE_NUMBER_INT) id = parser.getIntValue();
                else if (name.equals("special") && value == JsonToken.VALUE_TRUE) isSpecial = true;
                else parser.skipChildren();
            }
            add(content, id);
            if (isSpecial) special.add(id);
        }
    }

    private void addBase(String token, int id) {
        add(token, id);
        if (id >= 0 && id < Integer.MAX_VALUE) baseSize = Math.max(baseSize, id + 1);
    }

    private void add(String token, int id) {
        if (id < 0 || id == Integer.MAX_VALUE) return;
        ids.put(token, id);
        size = Math.max(size, id + 1);
    }

    private static InputError noVocabulary(Path file) {
        return new InputError(
                "tokenizer.json has no vocabulary (model.vocab)",
                file.toString(),
                "download tokenizer.json again from the model's page");
    }
}
