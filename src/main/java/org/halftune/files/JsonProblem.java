package org.halftune.files;

import tools.jackson.core.JacksonException;

/** Turns Jackson's exceptions into messages for users. */
public final class JsonProblem {
    /** The reason where one value was expected, and another follows, as in JSON Lines. */
    public static final String SECOND_VALUE = "more than one JSON value";

    private JsonProblem() {}

    /** The reason in one line: {@code Unexpected end-of-input: expected close marker for Object}. */
    public static String reason(JacksonException e) {
        String message = e.getOriginalMessage();
        if (message == null) return "unreadable";
        if (message.startsWith("Trailing token")) return SECOND_VALUE;
        String line = message.lines().findFirst().orElse("unreadable");
        return line.replaceFirst(" \\((start marker )?at \\[Source:.*", "")
                .replaceFirst("^Duplicate Object property (\".*\")$", "duplicate key $1");
    }
}
