package org.halftune.chat.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.halftune.chat.jinja.Values.Tuple;
import org.halftune.chat.jinja.Values.Undefined;
import org.jspecify.annotations.Nullable;

/** Python's operators. Integers have 64 bits; a larger result, which Python would compute, is an error. */
final class Operators {
    private Operators() {}

    static boolean compare(Render render, String operator, @Nullable Object a, @Nullable Object b) {
        return switch (operator) {
            case "==" -> Values.equal(render, a, b);
            case "!=" -> !Values.equal(render, a, b);
            case "in" -> Values.contains(render, b, a);
            case "not in" -> !Values.contains(render, b, a);
            case "<" -> ordered(a, b) && Values.compare(render, a, b, operator) < 0;
            case "<=" -> ordered(a, b) && Values.compare(render, a, b, operator) <= 0;
            case ">" -> ordered(a, b) && Values.compare(render, a, b, operator) > 0;
            case ">=" -> ordered(a, b) && Values.compare(render, a, b, operator) >= 0;
            default -> throw new IllegalArgumentException(operator);
        };
    }

    /** False if one is NaN, which is neither less nor greater. */
    private static boolean ordered(@Nullable Object a, @Nullable Object b) {
        return !((a instanceof Double x && x.isNaN()) || (b instanceof Double y && y.isNaN()));
    }

    static Object signed(boolean minus, @Nullable Object value) {
        if (value instanceof Undefined undefined) throw undefined.error();
        if (value instanceof Double d) return minus ? -d : d;
        if (!Values.isWhole(value)) {
            throw JinjaError.of("bad operand type for unary " + (minus ? "-" : "+") + ": '" + Values.type(value) + "'");
        }
        return minus ? exact(() -> Math.negateExact(Values.whole(value))) : (Object) Values.whole(value);
    }

    static Object apply(Render render, String operator, @Nullable Object a, @Nullable Object b) {
        if (a instanceof String pattern && operator.equals("%")) return PercentFormat.of(render, pattern, b);
        if (a instanceof Undefined undefined) throw undefined.error();
        if (b instanceof Undefined undefined) throw undefined.error();
        if (Values.isNumber(a) && Values.isNumber(b)) {
            if (a instanceof BigInteger || b instanceof BigInteger)
                throw JinjaError.of("arithmetic with integers of more than 64 bits is not supported");
            return Values.isWhole(a) && Values.isWhole(b)
                    ? whole(operator, Values.whole(a), Values.whole(b))
                    : real(operator, Values.real(a), Values.real(b));
        }
        if (operator.equals("+")) return joined(render, a, b);
        if (operator.equals("*") && Values.isWhole(b)) return repeated(render, a, Values.whole(b));
        if (operator.equals("*") && Values.isWhole(a)) return repeated(render, b, Values.whole(a));
        throw unsupported(operator, a, b);
    }

    private static Object joined(Render render, @Nullable Object a, @Nullable Object b) {
        if (a instanceof String left && b instanceof String right) {
            render.spendText((long) left.length() + right.length());
            return left + right;
        }
        if (a instanceof List<?> left
                && b instanceof List<?> right
                && left instanceof Tuple == right instanceof Tuple) {
            render.spend((long) left.size() + right.size());
            var all = new ArrayList<@Nullable Object>(left);
            all.addAll(right);
            return left instanceof Tuple ? new Tuple(all) : all;
        }
        if (a instanceof String)
            throw JinjaError.of("can only concatenate str (not \"" + Values.type(b) + "\") to str");
        throw unsupported("+", a, b);
    }

    private static Object repeated(Render render, @Nullable Object value, long times) {
        long count = Math.clamp(times, 0, Integer.MAX_VALUE);
        if (value instanceof String text) {
            render.spendText(text.length() * count);
            return text.repeat((int) count);
        }
        if (!(value instanceof List<?> list)) throw unsupported("*", value, times);
        render.spend(list.size() * count);
        var all = new ArrayList<@Nullable Object>();
        if (!list.isEmpty()) for (long i = 0; i < count; i++) all.addAll(list);
        return list instanceof Tuple ? new Tuple(all) : all;
    }

    private static Object whole(String operator, long a, long b) {
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%")))
            throw JinjaError.of("division by zero");
        return switch (operator) {
            case "+" -> exact(() -> Math.addExact(a, b));
            case "-" -> exact(() -> Math.subtractExact(a, b));
            case "*" -> exact(() -> Math.multiplyExact(a, b));
            case "/" -> (double) a / b;
            case "//" -> exact(() -> a == Long.MIN_VALUE && b == -1 ? Math.negateExact(a) : Math.floorDiv(a, b));
            case "%" -> Math.floorMod(a, b);
            case "**" -> b < 0 ? (Object) power((double) a, (double) b) : exact(() -> wholePower(a, b));
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static Object real(String operator, double a, double b) {
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%")))
            throw JinjaError.of("float division by zero");
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> {
                double rest = a % b;
                yield rest != 0 && rest < 0 != b < 0 ? rest + b : rest == 0 ? Math.copySign(0.0, b) : rest;
            }
            case "**" -> power(a, b);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static double power(double a, double b) {
        if (a == 0 && b < 0) throw JinjaError.of("0.0 cannot be raised to a negative power");
        if (a < 0 && b != Math.rint(b)) throw JinjaError.of("complex numbers are not supported");
        return Math.pow(a, b);
    }

    private static long wholePower(long base, long exponent) {
        if (base == 0 || base == 1) return exponent == 0 ? 1 : base;
        if (base == -1) return exponent % 2 == 0 ? 1 : -1;
        long result = 1;
        for (long i = 0; i < exponent; i++)
            result = Math.multiplyExact(result, base); // overflows after 63 steps at most
        return result;
    }

    private interface Exact {
        long compute();
    }

    private static Object exact(Exact computation) {
        try {
            return computation.compute();
        } catch (ArithmeticException e) {
            throw JinjaError.of("the result does not fit in 64 bits");
        }
    }

    private static JinjaError unsupported(String operator, @Nullable Object a, @Nullable Object b) {
        return JinjaError.of("unsupported operand type(s) for " + operator + ": '" + Values.type(a) + "' and '"
                + Values.type(b) + "'");
    }
}
