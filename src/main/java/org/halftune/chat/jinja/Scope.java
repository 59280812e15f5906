package org.halftune.chat.jinja;

import java.util.HashMap;
import java.util.Map;
import org.halftune.chat.jinja.Values.Undefined;
import org.jspecify.annotations.Nullable;

/** Variables. Those set in an inner scope are not visible outside. */
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, @Nullable Object> values;

    Scope(@Nullable Scope outer) {
        this(outer, new HashMap<>(4));
    }

    Scope(@Nullable Scope outer, Map<String, @Nullable Object> values) {
        this.outer = outer;
        this.values = values;
    }

    void set(String name, @Nullable Object value) {
        values.put(name, value);
    }

    @Nullable
    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.values.get(name);
            if (value != null || scope.values.containsKey(name)) return value;
        }
        return new Undefined("'" + name + "' is undefined");
    }
}
