package org.halftune.chat.jinja;

import org.jspecify.annotations.Nullable;

/**
 * @param text the text of a name, an operator, a string (escapes decoded), or data
 * @param number the value of a number, {@link Long} or {@link Double}; else null
 */
record Token(Kind kind, String text, @Nullable Object number, int line) {
    enum Kind {
        DATA,
        VARIABLE_BEGIN,
        VARIABLE_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        NUMBER,
        OPERATOR,
        END
    }

    boolean is(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    String described() {
        return switch (kind) {
            case END -> "the end of the template";
            case VARIABLE_END -> "}}";
            case BLOCK_END -> "%}";
            case NUMBER -> String.valueOf(number);
            default -> "'" + text + "'";
        };
    }
}
