package org.halftune.data;

import java.util.Locale;

/** One turn of a conversation. */
public record Message(Role role, String content) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL;

        /** As written in data: {@code system}, {@code user}, {@code assistant}, {@code tool}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
