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
 * Typed access to the fields of a JSON object. Errors name file, field and value. A missing or null field has its
 * default; a value of another type is an error and is never converted.
 *
 * @param where the file and the path of the object in it
 */
record Fields(ObjectNode json, String where) {

    private static final String FIX = "correct it, or restore the model's original file";

    boolean has(String key) {
        return json.hasNonNull(key);
    }

    /** An integer of at least 1. */
    int positive(String key) {
        return checkedPositive(key, required(key, "an integer of at least 1"));
    }

    /** An integer of at least 1. */
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

    /** A list of strings; empty if the field is missing. */
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

    /** The object under {@code key}; null if it is missing, null or empty. */
    @Nullable
    Fields object(String key) {
        if (!has(key)) return null;
        JsonNode value = json.get(key);
        if (!(value instanceof ObjectNode object)) throw wrong(key, value, "must be an object");
        return object.isEmpty() ? null : new Fields(object, where + ", " + key);
    }

    /** Token ids, from a number or a list. -1, which old files use for "none", is dropped. */
    List<Integer> tokenIds(String key) {
        if (!has(key)) return List.of();
        JsonNode value = json.get(key);
        var ids = new ArrayList<Integer>();
        for (JsonNode id : value.isArray() ? value : List.of(value)) {
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < -1) {
                throw wrong(key, value, "must be a token id or a list of token ids");
            }
            if (id.intValue() >= 0) ids.add(id.intValue());
        }
        return List.copyOf(ids);
    }

    /** The error for an invalid value of {@code key}. */
    InputError wrong(String key, JsonNode value, String rule) {
        String shown = value.toString();
        if (shown.length() > 80) shown = shown.substring(0, 80) + "…";
        return new InputError(key + " is " + shown + " (" + StrictJson.kind(value) + "); it " + rule, where, FIX);
    }

    /** The error for an unsupported value of {@code key}. */
    InputError unsupported(String key, String fix) {
        return new InputError(key + " is " + json.get(key) + ", which is not supported", where, fix);
    }

    private JsonNode required(String key, String rule) {
        JsonNode value = json.get(key);
        if (value != null && !value.isNull()) return value;
        throw new InputError(
                key + " is missing", where, "add it (" + rule + "), or restore the model's original config.json");
    }

    private int checkedPositive(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw wrong(key, value, "must be an integer from 1 to " + Integer.MAX_VALUE);
        }
        return value.intValue();
    }

    private double checkedNumber(String key, JsonNode value) {
        if (!value.isNumber() || !(value.doubleValue() > 0) || Double.isInfinite(value.doubleValue())) {
            throw wrong(key, value, "must be a finite number above 0");
        }
        return value.doubleValue();
    }

    /** Throws if one of {@code keys} is set to anything but null, false or an empty object. */
    void refuse(Set<String> keys, String fix) {
        for (String key : keys) {
            if (!has(key)) continue;
            JsonNode value = json.get(key);
            boolean off = (value.isBoolean() && !value.booleanValue()) || (value.isContainer() && value.isEmpty());
            if (!off) throw unsupported(key, fix);
        }
    }
}
