package org.halftune.chat.jinja;

/** Python's escapes in string literals. */
final class Escapes {
    private Escapes() {}

    static String decode(String raw, int line) {
        var text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); ) {
            char c = raw.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char kind = raw.charAt(i++); // a string never ends with a single backslash
            switch (kind) {
                case '\n' -> {} // line continuation
                case '\\', '\'', '"' -> text.append(kind);
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'a' -> text.append('\u0007');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'v' -> text.append('\u000b');
                case 'x' -> i = hex(raw, i, 2, text, line);
                case 'u' -> i = hex(raw, i, 4, text, line);
                case 'U' -> i = hex(raw, i, 8, text, line);
                case 'N' ->
                    throw JinjaError.at(line, "\\N{…} in a string is not supported: write the character itself");
                case '0', '1', '2', '3', '4', '5', '6', '7' -> i = octal(raw, i - 1, text);
                default -> text.append('\\').append(kind);
            }
        }
        return text.toString();
    }

    private static int hex(String raw, int from, int digits, StringBuilder text, int line) {
        int code = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < raw.length() ? Character.digit(raw.charAt(i), 16) : -1;
            if (digit < 0 || code > 0x10fff) throw JinjaError.at(line, "invalid \\x, \\u or \\U escape in a string");
            code = code * 16 + digit;
        }
        text.appendCodePoint(code);
        return from + digits;
    }

    private static int octal(String raw, int from, StringBuilder text) {
        int code = 0;
        int i = from;
        for (; i < raw.length() && i < from + 3 && raw.charAt(i) >= '0' && raw.charAt(i) <= '7'; i++) {
            code = code * 8 + raw.charAt(i) - '0';
        }
        text.append((char) code);
        return i;
    }
}
