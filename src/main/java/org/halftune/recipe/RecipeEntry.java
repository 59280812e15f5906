package org.halftune.recipe;

/** A key of a recipe and its value, as written. */
public record RecipeEntry(String key, Value value, KeyLocation origin) {

    /** {@code learning-rate} and {@code learning_rate} are one key. */
    String canonical() {
        return key.replace('-', '_');
    }
}
