package org.halftune.chat.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.halftune.chat.jinja.Token.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Splits the source into tokens. White space follows jinja2 with {@code trim_blocks} and {@code lstrip_blocks}: the
 * line break after a block or comment is removed, as is white space between the start of a line and a block or comment.
 * {@code -} removes all white space on its side; {@code +} keeps it.
 */
final class Lexer {
    private static final Pattern RAW_BEGIN = Pattern.compile("\\{%([-+]?)\\s*raw\\s*(?:-%\\}\\s*|%\\})", Chars.SPACES);
    private static final Pattern RAW_END =
            Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)", Chars.SPACES);
    private static final Pattern COMMENT_END = Pattern.compile("\\+#\\}|-#\\}\\s*|#\\}\\n?", Chars.SPACES);
    private static final Pattern BLOCK_END = Pattern.compile("\\+%\\}|-%\\}\\s*|%\\}\\n?", Chars.SPACES);
    private static final Pattern VARIABLE_END = Pattern.compile("-\\}\\}\\s*|\\}\\}", Chars.SPACES);
    private static final Pattern FLOAT =
            Pattern.compile("(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
    private static final Pattern INTEGER = Pattern.compile("0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\\d)*|0(?:_?0)*");
    private static final Pattern NAME = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final String[] OPERATORS = {
        "//", "**", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", "<", ">", "=",
        ".", ":", "|", ",", ";"
    };

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineAt;
    private boolean lineStarts = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String source) {
        String text = source.replace("\r\n", "\n").replace('\r', '\n');
        if (text.endsWith("\n")) text = text.substring(0, text.length() - 1);
        var lexer = new Lexer(text);
        lexer.template();
        return lexer.tokens;
    }

    private void template() {
        while (at < source.length()) {
            int open = nextOpen();
            if (open < 0) {
                data(source.substring(at));
                at = source.length();
                break;
            }
            char kind = source.charAt(open + 1);
            Matcher raw = match(RAW_BEGIN, open);
            String sign = raw != null ? group(raw, 1) : sign(open + 2);
            data(before(open, sign, kind));
            if (raw != null) {
                moveTo(raw.end());
                raw();
            } else {
                moveTo(open + 2 + sign.length());
                if (kind == '#') comment();
                else if (kind == '{') inside(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, VARIABLE_END);
                else inside(Kind.BLOCK_BEGIN, Kind.BLOCK_END, BLOCK_END);
            }
        }
        add(Kind.END, "");
    }

    private int nextOpen() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') return i;
        }
        return -1;
    }

    private String sign(int place) {
        boolean signed = place < source.length() && (source.charAt(place) == '-' || source.charAt(place) == '+');
        return signed ? source.substring(place, place + 1) : "";
    }

    /** The text before an opening tag, without the white space that the tag removes. */
    private String before(int open, String sign, char kind) {
        String text = source.substring(at, open);
        if (sign.equals("-")) return Chars.stripEnd(text, null);
        if (sign.equals("+") || kind == '{') return text;
        int lineBegin = text.lastIndexOf('\n') + 1;
        if (lineBegin == 0 && !lineStarts) return text;
        return Chars.isBlank(text.substring(lineBegin)) ? text.substring(0, lineBegin) : text;
    }

    private void comment() {
        Matcher end = COMMENT_END.matcher(source);
        if (!end.find(at)) throw JinjaError.at(lineOf(at), "the comment {# is not closed with #}");
        moveTo(end.end());
    }

    private void raw() {
        Matcher end = RAW_END.matcher(source);
        if (!end.find(at)) throw JinjaError.at(lineOf(at), "{% raw %} is not closed with {% endraw %}");
        data(before(end.start(), group(end, 1), '%'));
        moveTo(end.end());
    }

    private void inside(Kind begin, Kind end, Pattern endPattern) {
        add(begin, "");
        int opened = lineOf(at);
        Deque<Character> brackets = new ArrayDeque<>();
        while (true) {
            while (at < source.length() && Chars.isSpace(source.charAt(at))) at++;
            if (at >= source.length()) {
                throw JinjaError.at(opened, "the template ends inside " + (end == Kind.BLOCK_END ? "{% …" : "{{ …"));
            }
            Matcher close = brackets.isEmpty() ? match(endPattern, at) : null;
            if (close != null) {
                add(end, "");
                moveTo(close.end());
                return;
            }
            token(brackets);
        }
    }

    private void token(Deque<Character> brackets) {
        char c = source.charAt(at);
        Matcher number = c >= '0' && c <= '9' ? number() : null;
        if (number != null) return;
        Matcher name = match(NAME, at);
        if (name != null) {
            add(Kind.NAME, name.group());
            at = name.end();
        } else if (c == '\'' || c == '"') {
            int start = at;
            String text = string(c);
            tokens.add(new Token(Kind.STRING, text, null, lineOf(start)));
        } else {
            operator(brackets);
        }
    }

    private @Nullable Matcher number() {
        boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
        Matcher real = afterDot ? null : match(FLOAT, at);
        if (real != null) {
            addNumber(Double.valueOf(real.group().replace("_", "")), real.end());
            return real;
        }
        Matcher whole = match(INTEGER, at);
        if (whole == null) return null;
        String digits = whole.group().replace("_", "");
        try {
            addNumber(Long.decode(digits.matches("0+") ? "0" : digits), whole.end());
        } catch (NumberFormatException e) {
            throw JinjaError.at(lineOf(at), "the number " + digits + " does not fit in 64 bits");
        }
        return whole;
    }

    private void addNumber(Object number, int end) {
        tokens.add(new Token(Kind.NUMBER, "", number, lineOf(at)));
        at = end;
    }

    private String string(char quote) {
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) i += source.charAt(i) == '\\' ? 2 : 1;
        if (i >= source.length()) throw JinjaError.at(lineOf(at), "the string is not closed with " + quote);
        String raw = source.substring(at + 1, i);
        int begun = lineOf(at);
        at = i + 1;
        return raw.indexOf('\\') < 0 ? raw : Escapes.decode(raw, begun);
    }

    private void operator(Deque<Character> brackets) {
        for (String operator : OPERATORS) {
            if (!source.startsWith(operator, at)) continue;
            char c = operator.charAt(0);
            if (c == '(' || c == '[' || c == '{') brackets.push(c == '(' ? ')' : c == '[' ? ']' : '}');
            if (c == ')' || c == ']' || c == '}') {
                if (brackets.isEmpty() || brackets.pop() != c)
                    throw JinjaError.at(lineOf(at), "unexpected '" + c + "'");
            }
            add(Kind.OPERATOR, operator);
            at += operator.length();
            return;
        }
        throw JinjaError.at(
                lineOf(at), "unexpected character '" + source.substring(at, source.offsetByCodePoints(at, 1)) + "'");
    }

    private @Nullable Matcher match(Pattern pattern, int place) {
        Matcher matcher = pattern.matcher(source);
        matcher.region(place, source.length());
        return matcher.lookingAt() ? matcher : null;
    }

    private static String group(Matcher matcher, int number) {
        String text = matcher.group(number);
        return text == null ? "" : text;
    }

    private void data(String text) {
        if (!text.isEmpty()) tokens.add(new Token(Kind.DATA, text, null, lineOf(at)));
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, null, lineOf(at)));
    }

    /** Continues after a match. */
    private void moveTo(int place) {
        lineStarts = place > at && source.charAt(place - 1) == '\n';
        at = place;
    }

    private int lineOf(int place) {
        for (; lineAt < place; lineAt++) if (source.charAt(lineAt) == '\n') line++;
        return line;
    }
}
