package org.halftune.chat.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a call of a filter, test, function, method or macro. */
record CallArguments(List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
    static final CallArguments NONE = new CallArguments(List.of(), Map.of());

    /** Checks that there are no arguments beyond these parameters. */
    CallArguments only(String callee, String... names) {
        if (positional.size() > names.length) {
            throw JinjaError.of(callee + " takes at most " + names.length + " arguments, but got " + positional.size());
        }
        for (String name : named.keySet()) {
            int index = List.of(names).indexOf(name);
            if (index < 0) throw JinjaError.of(callee + " got an unexpected keyword argument '" + name + "'");
            if (index < positional.size())
                throw JinjaError.of(callee + " got multiple values for argument '" + name + "'");
        }
        return this;
    }

    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    @Nullable
    Object get(int index, String name, @Nullable Object ifAbsent) {
        if (index < positional.size()) return positional.get(index);
        return named.containsKey(name) ? named.get(name) : ifAbsent;
    }

    @Nullable
    Object need(int index, String name) {
        if (!has(index, name)) throw JinjaError.of("missing argument '" + name + "'");
        return get(index, name, null);
    }

    String text(int index, String name) {
        Object value = need(index, name);
        if (value instanceof String text) return text;
        throw wrong(name, "a string", value);
    }

    @Nullable
    String textOrNone(int index, String name) {
        Object value = get(index, name, null);
        if (value == null) return null;
        if (value instanceof String text) return text;
        throw wrong(name, "a string", value);
    }

    int whole(int index, String name, int ifAbsent) {
        Object value = get(index, name, (long) ifAbsent);
        if (Values.isWhole(value)) return Math.clamp(Values.whole(value), -Integer.MAX_VALUE, Integer.MAX_VALUE);
        throw wrong(name, "an integer", value);
    }

    boolean flag(int index, String name, boolean ifAbsent) {
        return Values.isTrue(get(index, name, ifAbsent));
    }

    private static JinjaError wrong(String name, String needed, @Nullable Object value) {
        if (value instanceof Values.Undefined undefined) return undefined.error();
        return JinjaError.of("argument '" + name + "' must be " + needed + ", not " + Values.type(value));
    }
}
