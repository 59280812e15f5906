package org.halftune.recipe;

import java.util.List;

/**
 * How one key of a recipe is handled.
 *
 * @param key as it is written; {@code outer.inner} for one inside a map
 * @param shown its value on one line
 */
public record Treatment(String key, String shown, KeyLocation origin, Effect outcome) {

    static final String NOT_GIVEN = "";

    /** Whether the recipe does not have the key. */
    public boolean isOfAbsence() {
        return shown.equals(NOT_GIVEN);
    }

    /** {@code key: value}. */
    public String setting() {
        return isOfAbsence() ? key + " (not set)" : key + ": " + shown;
    }

    /** The same key, ignored. */
    public Treatment ignored(String reason) {
        return new Treatment(key, shown, origin, new Effect.Ignored(reason));
    }

    public sealed interface Effect {
        /**
         * Sets a flag.
         *
         * @param form how they were written
         * @param note how the key was translated; empty if the flag has the key's name and value
         * @param yields whether another key for the same flag takes precedence
         */
        record Used(String flag, List<String> values, Form form, String note, boolean yields) implements Effect {
            /** One value, a list, or a map of plain values, which is one text {@code key=value,key=value}. */
            public enum Form {
                ONE,
                LIST,
                MAP
            }
        }

        /** Has no effect in Halftune. */
        record Ignored(String reason) implements Effect {}

        /** Asks for something that Halftune cannot do. */
        record Refused(String instead) implements Effect {}

        /** Neither a flag nor a key of a known tool. */
        record Unknown() implements Effect {}

        /** The value has the wrong form. */
        record Misshaped(String what, String fix) implements Effect {}
    }
}
