package org.halftune.chat.jinja;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Strings as in Python: indices count code points, and white space is Unicode's. */
final class Chars {
    /** For {@code \s} in patterns. */
    static final int SPACES = Pattern.UNICODE_CHARACTER_CLASS;

    private Chars() {}

    /** {@code str.isspace} of one character. All white space is in the basic plane. */
    static boolean isSpace(int c) {
        return c == ' '
                || (c >= 9 && c <= 13)
                || (c >= 0x1c && c <= 0x1f)
                || c == 0x85
                || c == 0xa0
                || (c > 0xff && Character.isSpaceChar(c));
    }

    static boolean isBlank(String text) {
        return text.chars().allMatch(Chars::isSpace);
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The {@code char} index of code point {@code index}. */
    static int offset(String text, int index) {
        return hasPairs(text) ? text.offsetByCodePoints(0, index) : index;
    }

    private static boolean hasPairs(String text) {
        for (int i = 0; i < text.length(); i++) if (Character.isSurrogate(text.charAt(i))) return true;
        return false;
    }

    static String strip(String text, @Nullable String chars) {
        return stripStart(stripEnd(text, chars), chars);
    }

    /** Removes leading characters that are in {@code chars}; null: white space. */
    static String stripStart(String text, @Nullable String chars) {
        int i = 0;
        while (i < text.length() && isStripped(text.codePointAt(i), chars))
            i += Character.charCount(text.codePointAt(i));
        return text.substring(i);
    }

    static String stripEnd(String text, @Nullable String chars) {
        int i = text.length();
        while (i > 0 && isStripped(text.codePointBefore(i), chars)) i -= Character.charCount(text.codePointBefore(i));
        return text.substring(0, i);
    }

    private static boolean isStripped(int c, @Nullable String chars) {
        return chars == null ? isSpace(c) : chars.indexOf(c) >= 0;
    }
}
