package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.halftune.chat.jinja.Values.Callable;
import org.halftune.chat.jinja.Values.Tuple;
import org.halftune.chat.jinja.Values.Undefined;
import org.jspecify.annotations.Nullable;

/** Python's {@code str} methods. */
final class TextMethods {
    private TextMethods() {}

    private interface Method {
        @Nullable
        Object call(Render render, String text, CallArguments arguments);
    }

    private static final Map<String, Method> METHODS = Map.ofEntries(
            Map.entry(
                    "strip",
                    (r, s, a) -> Chars.strip(s, a.only("strip", "chars").textOrNone(0, "chars"))),
            Map.entry(
                    "lstrip",
                    (r, s, a) -> Chars.stripStart(s, a.only("lstrip", "chars").textOrNone(0, "chars"))),
            Map.entry(
                    "rstrip",
                    (r, s, a) -> Chars.stripEnd(s, a.only("rstrip", "chars").textOrNone(0, "chars"))),
            Map.entry("upper", (r, s, a) -> s.toUpperCase(Locale.ROOT)),
            Map.entry("lower", (r, s, a) -> s.toLowerCase(Locale.ROOT)),
            Map.entry("title", (r, s, a) -> title(s)),
            Map.entry("capitalize", (r, s, a) -> capitalize(s)),
            Map.entry("split", (r, s, a) -> split(r, s, a.only("split", "sep", "maxsplit"), false)),
            Map.entry("rsplit", (r, s, a) -> split(r, s, a.only("rsplit", "sep", "maxsplit"), true)),
            Map.entry(
                    "splitlines",
                    (r, s, a) -> lines(r, s, a.only("splitlines", "keepends").flag(0, "keepends", false))),
            Map.entry("partition", (r, s, a) -> partition(s, a)),
            Map.entry("startswith", (r, s, a) -> affix(s, a, true)),
            Map.entry("endswith", (r, s, a) -> affix(s, a, false)),
            Map.entry(
                    "replace", (r, s, a) -> replace(r, s, a.text(0, "old"), a.text(1, "new"), a.whole(2, "count", -1))),
            Map.entry("removeprefix", (r, s, a) -> {
                String prefix = a.text(0, "prefix");
                return s.startsWith(prefix) ? s.substring(prefix.length()) : s;
            }),
            Map.entry("removesuffix", (r, s, a) -> {
                String suffix = a.text(0, "suffix");
                return s.endsWith(suffix) ? s.substring(0, s.length() - suffix.length()) : s;
            }),
            Map.entry("join", (r, s, a) -> join(r, s, a.need(0, "iterable"))),
            Map.entry(
                    "find",
                    (r, s, a) -> place(s, s.indexOf(a.only("find", "sub").text(0, "sub")))),
            Map.entry(
                    "rfind",
                    (r, s, a) -> place(s, s.lastIndexOf(a.only("rfind", "sub").text(0, "sub")))),
            Map.entry("index", (r, s, a) -> {
                int at = s.indexOf(a.only("index", "sub").text(0, "sub"));
                if (at < 0) throw JinjaError.of("substring not found");
                return place(s, at);
            }),
            Map.entry("count", (r, s, a) -> count(s, a.only("count", "sub").text(0, "sub"))),
            Map.entry("isdigit", (r, s, a) -> all(s, Character::isDigit)),
            Map.entry("isalpha", (r, s, a) -> all(s, Character::isLetter)),
            Map.entry("isalnum", (r, s, a) -> all(s, Character::isLetterOrDigit)),
            Map.entry("isspace", (r, s, a) -> all(s, Chars::isSpace)),
            Map.entry("isupper", (r, s, a) -> cased(s) && s.equals(s.toUpperCase(Locale.ROOT))),
            Map.entry("islower", (r, s, a) -> cased(s) && s.equals(s.toLowerCase(Locale.ROOT))),
            Map.entry("ljust", (r, s, a) -> s + fill(r, s, a)),
            Map.entry("rjust", (r, s, a) -> fill(r, s, a) + s),
            Map.entry("zfill", (r, s, a) -> zeros(r, s, a.whole(0, "width", 0))),
            Map.entry("format", BraceFormat::of));

    /** Calls a method that exists. */
    static @Nullable Object call(Render render, String text, String name, CallArguments arguments) {
        return Objects.requireNonNull(find(text, name)).call(render, arguments);
    }

    static @Nullable Callable find(String text, String name) {
        var method = METHODS.get(name);
        if (method == null) return null;
        return (render, arguments) -> {
            render.spendText(text.length());
            if (firstOf(arguments) instanceof String part) {
                // strip looks up each character among those to strip; the other methods search for their first
                // argument.
                boolean strips = name.endsWith("strip");
                render.spendSearch(strips ? (long) text.length() + part.length() : text.length(), part.length());
            }
            Object result = method.call(render, text, arguments);
            if (result instanceof String made) render.spendText(made.length());
            return result;
        };
    }

    private static @Nullable Object firstOf(CallArguments arguments) {
        if (!arguments.positional().isEmpty()) return arguments.positional().getFirst();
        return arguments.named().isEmpty()
                ? null
                : arguments.named().values().iterator().next();
    }

    static String capitalize(String text) {
        if (text.isEmpty()) return text;
        int first = Character.charCount(text.codePointAt(0));
        String begin = text.substring(0, first);
        // Title case; Java has none for ß as a single character.
        int titled = Character.toTitleCase(text.codePointAt(0));
        String head = begin.equals("ß") ? "Ss" : Character.toString(titled);
        return head + text.substring(first).toLowerCase(Locale.ROOT);
    }

    private static String title(String text) {
        var out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
        }
        return out.toString();
    }

    private static List<@Nullable Object> split(
            Render render, String text, CallArguments arguments, boolean fromRight) {
        String separator = arguments.textOrNone(0, "sep");
        int most = arguments.whole(1, "maxsplit", -1);
        if (most < 0) most = Integer.MAX_VALUE;
        if (separator != null && separator.isEmpty()) throw JinjaError.of("empty separator");
        var parts = new ArrayList<@Nullable Object>();
        if (separator == null) {
            if (fromRight && most != Integer.MAX_VALUE)
                throw JinjaError.of("rsplit by white space with a limit is not supported");
            words(text, most, parts);
        } else if (fromRight) {
            int end = text.length();
            for (int at;
                    parts.size() < most
                            && end >= separator.length()
                            && (at = text.lastIndexOf(separator, end - separator.length())) >= 0;
                    end = at) {
                parts.add(text.substring(at + separator.length(), end));
            }
            parts.add(text.substring(0, end));
            Collections.reverse(parts);
        } else {
            int begin = 0;
            for (int at;
                    parts.size() < most && (at = text.indexOf(separator, begin)) >= 0;
                    begin = at + separator.length()) {
                parts.add(text.substring(begin, at));
            }
            parts.add(text.substring(begin));
        }
        render.spend(parts.size());
        return parts;
    }

    private static void words(String text, int most, List<@Nullable Object> parts) {
        for (int end = 0; ; ) {
            int begin = end;
            while (begin < text.length() && Chars.isSpace(text.charAt(begin))) begin++;
            if (begin == text.length()) return;
            if (parts.size() == most) {
                parts.add(text.substring(begin));
                return;
            }
            end = begin;
            while (end < text.length() && !Chars.isSpace(text.charAt(end))) end++;
            parts.add(text.substring(begin, end));
        }
    }

    private static List<@Nullable Object> lines(Render render, String text, boolean keepEnds) {
        var lines = new ArrayList<@Nullable Object>();
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = (c >= 10 && c <= 13) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
            if (!ends) continue;
            int next = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
            lines.add(text.substring(begin, keepEnds ? next : i));
            begin = next;
            i = next - 1;
        }
        if (begin < text.length()) lines.add(text.substring(begin));
        render.spend(lines.size());
        return lines;
    }

    private static Tuple partition(String text, CallArguments arguments) {
        String separator = arguments.text(0, "sep");
        int at = text.indexOf(separator);
        if (separator.isEmpty()) throw JinjaError.of("empty separator");
        return at < 0
                ? new Tuple(List.of(text, "", ""))
                : new Tuple(List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    private static boolean affix(String text, CallArguments arguments, boolean start) {
        arguments.only(start ? "startswith" : "endswith", "affix");
        Object wanted = arguments.need(0, "affix");
        List<?> any = wanted instanceof Tuple tuple ? tuple : List.of(arguments.text(0, "affix"));
        for (Object each : any) {
            if (!(each instanceof String affix))
                throw JinjaError.of("tuple for startswith and endswith must only contain str");
            if (start ? text.startsWith(affix) : text.endsWith(affix)) return true;
        }
        return false;
    }

    static String replace(Render render, String text, String old, String replacement, int count) {
        if (count == 0) return text;
        render.spendSearch(text.length(), old.length());
        int most = count < 0 ? Integer.MAX_VALUE : count;
        var out = new StringBuilder();
        int from = 0;
        int done = 0;
        if (old.isEmpty()) { // before each character and at the end
            for (; from < text.length() && done < most; done++) {
                int c = text.codePointAt(from);
                out.append(replacement).appendCodePoint(c);
                from += Character.charCount(c);
                render.spendText(out.length() > 100_000 ? (long) replacement.length() + 1 : 0);
                if (out.length() > 20_000_000) render.spendText(out.length());
            }
            if (done < most) return out.append(replacement).toString();
            return out.append(text, from, text.length()).toString();
        }
        for (int at; done < most && (at = text.indexOf(old, from)) >= 0; from = at + old.length(), done++) {
            out.append(text, from, at).append(replacement);
            if (out.length() > 20_000_000) render.spendText(out.length());
        }
        return done == 0 ? text : out.append(text, from, text.length()).toString();
    }

    static String join(Render render, String separator, @Nullable Object items) {
        if (items instanceof Undefined undefined) throw undefined.error();
        var out = new StringBuilder();
        String between = "";
        for (Object item : Values.walk(render, items)) {
            if (!(item instanceof String text))
                throw JinjaError.of("sequence item: expected str instance, " + Values.type(item) + " found");
            render.spendText(
                    (long) out.length() + between.length() + text.length() > 16_000_000
                            ? out.length()
                            : text.length() + 16L);
            out.append(between).append(text);
            between = separator;
        }
        return out.toString();
    }

    private static long place(String text, int at) {
        return at < 0 ? -1 : Chars.length(text.substring(0, at));
    }

    private static long count(String text, String part) {
        if (part.isEmpty()) return Chars.length(text) + 1L;
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) count++;
        return count;
    }

    private static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    private static boolean cased(String text) {
        return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }

    private static String fill(Render render, String text, CallArguments arguments) {
        String character = arguments.has(1, "fillchar") ? arguments.text(1, "fillchar") : " ";
        if (Chars.length(character) != 1) throw JinjaError.of("the fill character must be exactly one character long");
        int missing = Math.max(0, arguments.whole(0, "width", 0) - Chars.length(text));
        render.spendText(missing);
        return character.repeat(missing);
    }

    private static String zeros(Render render, String text, int width) {
        int missing = Math.max(0, width - Chars.length(text));
        render.spendText(missing);
        boolean signed = text.startsWith("-") || text.startsWith("+");
        return (signed ? text.substring(0, 1) : "") + "0".repeat(missing) + text.substring(signed ? 1 : 0);
    }
}
