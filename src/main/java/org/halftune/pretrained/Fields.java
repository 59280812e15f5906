package org.halftune.pretrained;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Typed look-ups in a JSON object whose errors name file, field and value. A key that is absent or null takes the
 * default; a value of another type is an error, never a conversion.
 *
 * @param where the file, and the path to the object in it
 */
record Fields(ObjectNode json, String where) {

    private static final String FIX = "put it right; the model's original file has it";

    boolean has(String key) {
        return json.hasNonNull(key);
    }

    /** A whole number from 1. */
    int positive(String key) {
        return checkedPositive(key, required(key, "a whole number from 1"));
    }

    /** A whole number from 1. */
    int positive(String key, int ifAbsent) {
        return has(key) ? checkedPositive(key, json.get(key)) : ifAbsent;
    }

    /** A finite number above 0. */
    double positiveNumber(String key) {
        return checkedNumber(key, required(key, "a number above 0"));
    }

    /** A finite number above 0. */
    double positiveNumber(String key, double ifAbsent) {
        return has(key) ? checkedNumber(key, json.get(key)) : ifAbsent;
    }

    boolean flag(String key, boolean ifAbsent) {
        if (!has(key)) return ifAbsent;
        JsonNode value = json.get(key);
        if (!value.isBoolean()) throw wrong(key, value, "must be true or false");
        return value.booleanValue();
    }

    String text(String key, String ifAbsent) {
        if (!has(key)) return ifAbsent;
        JsonNode value = json.get(key);
        if (!value.isString()) throw wrong(key, value, "must be a string");
        return value.stringValue();
    }

    /** A list of strings; empty if absent. */
    List<String> texts(String key) {
        var texts = new ArrayList<String>();
        if (!has(key)) return texts;
        JsonNode value = json.get(key);
        if (!value.isArray()) throw wrong(key, value, "must be a list of strings");
        for (JsonNode element : value) {
            if (!element.isString()) throw wrong(key, value, "must be a list of strings");
            texts.add(element.stringValue());
        }
        return texts;
    }

    /** The object under {@code key}; null if absent, null or empty. */
    @Nullable
    Fields object(String key) {
        if (!has(key)) return null;
        JsonNode value = json.get(key);
        if (!(value instanceof ObjectNode object)) throw wrong(key, value, "must be an object");
        return object.isEmpty() ? null : new Fields(object, where + ", " + key);
    }

    /** Token ids, from one number or a list; -1, which old configurations write for "none", is left out. */
    List<Integer> tokenIds(String key) {
        if (!has(key)) return List.of();
        JsonNode value = json.get(key);
        var ids = new ArrayList<Integer>();
        for (JsonNode id : value.isArray() ? value : List.of(value)) {
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < -1) {
                throw wrong(key, value, "must be a token id or a list of them");
            }
            if (id.intValue() >= 0) ids.add(id.intValue());
        }
        return List.copyOf(ids);
    }

    /** The error that {@code key} has a value that cannot be used. */
    InputError wrong(String key, JsonNode value, String rule) {
        String shown = value.toString();
        if (shown.length() > 80) shown = shown.substring(0, 80) + "…";
        return new InputError(key + " is " + shown + " (" + StrictJson.kind(value) + "), it " + rule, where, FIX);
    }

    /** The error that {@code key} asks for something Halftune does not have. */
    InputError unsupported(String key, String fix) {
        return new InputError(key + " is " + json.get(key) + ", which is not supported", where, fix);
    }

    private JsonNode required(String key, String rule) {
        JsonNode value = json.get(key);
        if (value != null && !value.isNull()) return value;
        throw new InputError(
                key + " is missing", where, "add it: " + rule + "; the model's original config.json has it");
    }

    private int checkedPositive(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw wrong(key, value, "must be a whole number from 1 to " + Integer.MAX_VALUE);
        }
        return value.intValue();
    }

    private double checkedNumber(String key, JsonNode value) {
        if (!value.isNumber() || !(value.doubleValue() > 0) || Double.isInfinite(value.doubleValue())) {
            throw wrong(key, value, "must be a finite number above 0");
        }
        return value.doubleValue();
    }

    /** Throws if one of {@code keys} is present and neither null, false, nor an empty object. */
    void refuse(Set<String> keys, String fix) {
        for (String key : keys) {
            if (!has(key)) continue;
            JsonNode value = json.get(key);
            boolean off = (value.isBoolean() && !value.booleanValue()) || (value.isContainer() && value.isEmpty());
            if (!off) throw unsupported(key, fix);
        }
    }
}
