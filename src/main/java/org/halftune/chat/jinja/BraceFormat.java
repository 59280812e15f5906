package org.halftune.chat.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code "{} {1} {name}".format(…)}, without attributes and format specifications. */
final class BraceFormat {
    private static final Pattern PLACE = Pattern.compile("\\{\\{|\\}\\}|\\{(\\w*)(![rs])?\\}|[{}]");

    private BraceFormat() {}

    static String of(Render render, String pattern, CallArguments arguments) {
        var text = new StringBuilder();
        Matcher place = PLACE.matcher(pattern);
        int from = 0;
        int next = 0;
        while (place.find()) {
            text.append(pattern, from, place.start());
            from = place.end();
            String found = place.group();
            if (found.equals("{{") || found.equals("}}")) {
                text.append(found.charAt(0));
                continue;
            }
            String name = place.group(1);
            if (name == null) throw JinjaError.of("format \"" + pattern + "\": only {}, {0} and {name} are supported");
            boolean number = name.isEmpty() || (name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() < 6);
            Object value = number
                    ? positional(arguments, name.isEmpty() ? next++ : Integer.parseInt(name))
                    : named(arguments, name);
            text.append("!r".equals(place.group(2)) ? Printed.repr(render, value) : Printed.text(render, value));
            render.spendText(text.length());
        }
        return text.append(pattern, from, pattern.length()).toString();
    }

    private static @Nullable Object positional(CallArguments arguments, int index) {
        if (index < arguments.positional().size()) return arguments.positional().get(index);
        throw JinjaError.of("Replacement index " + index + " out of range for positional args tuple");
    }

    private static @Nullable Object named(CallArguments arguments, String name) {
        if (arguments.named().containsKey(name)) return arguments.named().get(name);
        throw JinjaError.of("format: no argument '" + name + "'");
    }
}
