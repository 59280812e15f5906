package org.halftune.recipe;

import java.util.List;

/**
 * What becomes of one key of a recipe.
 *
 * @param key as it is written; {@code outer.inner} for one inside a map
 * @param shown its value in one line
 */
public record Treatment(String key, String shown, KeyLocation origin, Effect outcome) {

    static final String NOT_GIVEN = "";

    /** Whether the recipe does not hold the key: what the tool would do then. */
    public boolean isOfAbsence() {
        return shown.equals(NOT_GIVEN);
    }

    /** {@code key: value}. */
    public String setting() {
        return isOfAbsence() ? key + ", which is not given," : key + ": " + shown;
    }

    /** The same key without effect. */
    public Treatment ignored(String reason) {
        return new Treatment(key, shown, origin, new Effect.Ignored(reason));
    }

    public sealed interface Effect {
        /**
         * Values for a flag.
         *
         * @param list whether they were written as a list
         * @param said what a reader of the recipe should know of it; empty where the flag has the key's name and the recipe's value
         * @param yields whether another key that names the flag wins over it
         */
        record Used(String flag, List<String> values, boolean list, String said, boolean yields) implements Effect {}

        /** It has no effect here, and none is needed. */
        record Ignored(String reason) implements Effect {}

        /** What it asks for cannot be done. */
        record Refused(String instead) implements Effect {}

        /** Neither a flag nor a key of the tools. */
        record Unknown() implements Effect {}

        /** The recipe gives a value that is not one of a flag. */
        record Misshaped(String what, String fix) implements Effect {}
    }
}
