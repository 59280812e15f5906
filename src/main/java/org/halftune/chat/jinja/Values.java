package org.halftune.chat.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values of a template with Python's semantics: null is {@code None}; {@link Boolean}; {@link Long} and {@link
 * BigInteger} are {@code int}; {@link Double} is {@code float}; {@link String}; {@code List}; {@link Tuple}; {@code
 * Map} is {@code dict}; and the types below.
 */
final class Values {
    private Values() {}

    /**
     * A missing value. It prints as "", is false and empty; any other use is an error with the message {@code
     * complaint}.
     */
    record Undefined(String complaint) {
        JinjaError error() {
            return JinjaError.of(complaint);
        }
    }

    /** {@code namespace()}: the only object that a template can modify. */
    record Namespace(Map<String, @Nullable Object> fields) {}

    /** A Python tuple. */
    static final class Tuple extends java.util.AbstractList<@Nullable Object> {
        private final List<@Nullable Object> items;

        Tuple(List<@Nullable Object> items) {
            this.items = items;
        }

        @Override
        public @Nullable Object get(int index) {
            return items.get(index);
        }

        @Override
        public int size() {
            return items.size();
        }
    }

    /**
     * The result of {@code map}, {@code select} and similar filters. It can be iterated once and has no length and no
     * text.
     */
    static final class OnePass {
        private Supplier<List<@Nullable Object>> items;

        /** @param items evaluated on iteration, so errors occur only then */
        OnePass(Supplier<List<@Nullable Object>> items) {
            this.items = items;
        }

        List<@Nullable Object> take() {
            var taken = items.get();
            items = List::of;
            return taken;
        }
    }

    /**
     * {@code dict.items()}, {@code keys()}, {@code values()}; {@code range()}. It has a length; Python prints it
     * differently from a list.
     */
    record View(String kind, List<@Nullable Object> items) {}

    /** A function, macro or method. */
    interface Callable {
        @Nullable
        Object call(Render render, CallArguments arguments);
    }

    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case Long n -> n != 0;
            case Double d -> d != 0;
            case String s -> !s.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case View view -> !view.items().isEmpty();
            case Undefined u -> false;
            default -> true;
        };
    }

    /** Python's name of the type, as in its error messages. */
    static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "NoneType";
            case Boolean b -> "bool";
            case Long n -> "int";
            case BigInteger n -> "int";
            case Double d -> "float";
            case String s -> "str";
            case Tuple t -> "tuple";
            case List<?> list -> "list";
            case Map<?, ?> map -> "dict";
            case Undefined u -> "Undefined";
            case Namespace n -> "Namespace";
            case OnePass g -> "generator";
            case View view -> view.kind();
            default -> "function";
        };
    }

    static boolean isNumber(@Nullable Object value) {
        return value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof BigInteger;
    }

    static boolean isWhole(@Nullable Object value) {
        return value instanceof Long || value instanceof Boolean;
    }

    static long whole(@Nullable Object value) {
        return switch (value) {
            case Long n -> n;
            case Boolean b -> b ? 1 : 0;
            case Undefined u -> throw u.error();
            case null, default -> throw JinjaError.of("an integer is needed, not " + type(value));
        };
    }

    static double real(@Nullable Object value) {
        return switch (value) {
            case Double d -> d;
            case BigInteger n -> n.doubleValue();
            case null, default -> (double) whole(value);
        };
    }

    static boolean equal(Render render, @Nullable Object a, @Nullable Object b) {
        render.spend(1);
        if (a == b) return true;
        if (isNumber(a) && isNumber(b)) {
            if (isWhole(a) && isWhole(b)) return whole(a) == whole(b);
            if (a instanceof BigInteger && b instanceof BigInteger) return a.equals(b);
            return real(a) == real(b);
        }
        if (a instanceof Undefined && b instanceof Undefined) return true;
        if (a instanceof List<?> left && b instanceof List<?> right) {
            if (left instanceof Tuple != right instanceof Tuple || left.size() != right.size()) return false;
            for (int i = 0; i < left.size(); i++) if (!equal(render, left.get(i), right.get(i))) return false;
            return true;
        }
        if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
            if (left.size() != right.size()) return false;
            for (var entry : left.entrySet()) {
                if (!right.containsKey(entry.getKey())) return false;
                if (!equal(render, entry.getValue(), right.get(entry.getKey()))) return false;
            }
            return true;
        }
        if (!(a instanceof String left && b instanceof String right) || left.length() != right.length()) return false;
        render.spendText(left.length());
        return left.equals(right);
    }

    /** Compares as in Python; an error for types that have no order. */
    static int compare(Render render, @Nullable Object a, @Nullable Object b, String sign) {
        render.spend(1);
        if (a instanceof Undefined u) throw u.error();
        if (b instanceof Undefined u) throw u.error();
        if (isWhole(a) && isWhole(b)) return Long.compare(whole(a), whole(b));
        if (isNumber(a) && isNumber(b)) return Double.compare(real(a) + 0.0, real(b) + 0.0);
        if (a instanceof String left && b instanceof String right) {
            render.spendText(Math.min(left.length(), right.length()));
            return byCodePoints(left, right);
        }
        if (a instanceof List<?> left
                && b instanceof List<?> right
                && left instanceof Tuple == right instanceof Tuple) {
            for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
                if (!equal(render, left.get(i), right.get(i))) return compare(render, left.get(i), right.get(i), sign);
            }
            return Integer.compare(left.size(), right.size());
        }
        throw JinjaError.of(
                "'" + sign + "' not supported between instances of '" + type(a) + "' and '" + type(b) + "'");
    }

    private static int byCodePoints(String a, String b) {
        for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x == y) continue;
            boolean pairs = Character.isSurrogate(x) != Character.isSurrogate(y);
            return pairs ? Character.isSurrogate(x) ? 1 : -1 : Character.compare(x, y);
        }
        return Integer.compare(a.length(), b.length());
    }

    static boolean contains(Render render, @Nullable Object container, @Nullable Object item) {
        if (container instanceof String text) {
            if (item instanceof String part) {
                render.spendSearch(text.length(), part.length());
                return text.contains(part);
            }
            if (item instanceof Undefined u) throw u.error();
            throw JinjaError.of("'in <string>' requires string as left operand, not " + type(item));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(key(item));
        }
        for (Object each : walk(render, container)) if (equal(render, each, item)) return true;
        return false;
    }

    /** Normalises a dict key, so that equal keys are equal in Java. */
    static @Nullable Object key(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String s -> s;
            case Boolean b -> b;
            case Long n -> n;
            case BigInteger n -> n;
            case Double d when d == Math.rint(d) && Math.abs(d) < 1L << 53 -> (long) (double) d;
            case Double d -> d;
            case Tuple tuple -> {
                var keys = new ArrayList<@Nullable Object>();
                for (Object item : tuple) keys.add(key(item));
                yield new Tuple(keys);
            }
            case Undefined u -> u; // never equal to a key of the data
            default -> throw JinjaError.of("unhashable type: '" + type(value) + "'");
        };
    }

    static long length(@Nullable Object value) {
        return switch (value) {
            case String s -> Chars.length(s);
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case View view -> view.items().size();
            case Undefined u -> 0;
            case null, default -> throw JinjaError.of("object of type '" + type(value) + "' has no len()");
        };
    }

    /** The items in order: the characters of a string, the keys of a dict. */
    @SuppressWarnings("unchecked")
    static List<@Nullable Object> walk(Render render, @Nullable Object value) {
        return switch (value) {
            case List<?> list -> (List<@Nullable Object>) list;
            case Map<?, ?> map -> {
                render.spend(map.size());
                yield new ArrayList<>(map.keySet());
            }
            case View view -> view.items();
            case OnePass generator -> generator.take();
            case Undefined u -> List.of();
            case String text -> {
                render.spend(text.length());
                var characters = new ArrayList<@Nullable Object>(text.length());
                text.codePoints().forEach(c -> characters.add(Character.toString(c)));
                yield characters;
            }
            case null, default -> throw JinjaError.of("'" + type(value) + "' object is not iterable");
        };
    }
}
