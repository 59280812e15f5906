package org.halftune.console;

import java.time.Duration;
import java.util.Locale;

/** Formats amounts for people: three significant digits and a unit. */
public final class Amounts {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final String[] DECIMAL = {"", "k", "M", "B", "T"};

    private Amounts() {}

    /** {@code 512 B}, {@code 1.50 MiB}, {@code 23.4 GiB}. */
    public static String bytes(long bytes) {
        return scaled((double) bytes, 1024, BINARY);
    }

    /** All digits of a whole number: {@code 8,192}. */
    public static String exact(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 1 step}, {@code 8,192 steps}. */
    public static String counted(long count, String noun) {
        return counted(count, noun, noun + "s");
    }

    /** {@code 1 entry}, {@code 2 entries}; the words may include a verb: {@code 1 row is}, {@code 2 rows are}. */
    public static String counted(long count, String one, String several) {
        return exact(count) + " " + (count == 1 ? one : several);
    }

    /** {@code 950}, {@code 4.20 M}, {@code 1.10 B}: thousands, millions, billions. */
    public static String count(double count) {
        return scaled(count, 1000, DECIMAL);
    }

    /** {@code 12.3 ms}, {@code 4.56 s}, {@code 1m 23s}, {@code 2h 05m}, {@code 3d 04h}. */
    public static String duration(Duration duration) {
        if (duration.isNegative()) return "-" + duration(duration.negated());
        var seconds = duration.toNanos() * 1e-9;
        if (seconds == 0) return "0 s";
        if (seconds < 0.9995e-3) return digits(seconds * 1e6) + " µs";
        if (seconds < 0.9995) return digits(seconds * 1e3) + " ms";
        if (seconds < 59.95) return digits(seconds) + " s";
        var whole = Math.round(seconds);
        if (whole < 3600) return "%dm %02ds".formatted(whole / 60, whole % 60);
        var minutes = Math.round(seconds / 60);
        if (minutes < 24 * 60) return "%dh %02dm".formatted(minutes / 60, minutes % 60);
        var hours = Math.round(seconds / 3600);
        return "%dd %02dh".formatted(hours / 24, hours % 24);
    }

    /** A fraction as a percentage: 0.5 is {@code 50.0 %}. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    /** A small number in the shortest form that keeps three digits: {@code 2e-5}, {@code 0.0125}, {@code 1.43}. */
    public static String number(double value) {
        var size = Math.abs(value);
        if (value == 0 || !Double.isFinite(value)) return value == 0 ? "0" : Double.toString(value);
        if (size >= 1e6 || size < 1e-3) {
            return exponent(value);
        }
        return trimmed(size < 1 ? String.format(Locale.ROOT, "%.4f", value) : digits(value));
    }

    /** Three digits and an exponent: {@code 2e-5}, {@code 1.25e-2}. */
    public static String exponent(double value) {
        return String.format(Locale.ROOT, "%.2e", value)
                .replaceFirst("\\.?0+e", "e")
                .replaceFirst("e([+-])0?", "e$1")
                .replace("e+", "e");
    }

    private static String scaled(double amount, int base, String[] units) {
        var size = Math.abs(amount);
        var unit = 0;
        while (unit < units.length - 1 && size >= (unit == 0 ? base : base * 0.9995)) {
            size /= base;
            unit++;
        }
        var number = unit == 0 ? Long.toString(Math.round(size)) : digits(size);
        return ((amount < 0 ? "-" : "") + number + " " + units[unit]).strip();
    }

    /** Three significant digits without an exponent; all digits before the decimal point. */
    private static String digits(double value) {
        var size = Math.abs(value);
        var places = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + places + "f", value);
    }

    private static String trimmed(String decimals) {
        return decimals.contains(".") ? decimals.replaceFirst("\\.?0+$", "") : decimals;
    }
}
