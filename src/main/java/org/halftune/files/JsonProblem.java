package org.halftune.files;

import tools.jackson.core.JacksonException;

/** Says what is wrong with a JSON text, without what only Jackson's authors want to know. */
public final class JsonProblem {
    private JsonProblem() {}

    /** The reason in one line: {@code Unexpected end-of-input: expected close marker for Object}. */
    public static String reason(JacksonException e) {
        String message = e.getOriginalMessage();
        if (message == null) return "unreadable";
        String line = message.lines().findFirst().orElse("unreadable");
        return line.replaceFirst(" \\((start marker )?at \\[Source:.*", "")
                .replaceFirst("^Duplicate Object property (\".*\")$", "the key $1 stands twice");
    }
}
