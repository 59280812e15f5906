package org.halftune.report.html;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.halftune.report.Figures;

/**
 * The ticks of an axis: multiples of 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels", Graphics Gems 1990).
 *
 * @param values ascending; the first and last enclose the data
 * @param decimals number of decimals of the labels
 * @param logarithmic whether the axis is logarithmic
 */
record Ticks(List<Double> values, int decimals, boolean logarithmic) {

    Ticks {
        values = List.copyOf(values);
    }

    /**
     * Evenly spaced ticks that enclose {@code [low, high]}.
     *
     * @param wanted approximate number of ticks
     */
    static Ticks enclosing(double low, double high, int wanted) {
        double span = high - low;
        double size = Math.max(Math.abs(low), Math.abs(high));
        if (!(span > size * 1e-6)) {
            double margin = size == 0 ? 0.5 : size * 0.05;
            return enclosing(low - margin, high + margin, wanted);
        }
        double step = atLeast(span / Math.max(1, wanted));
        long first = (long) Math.floor(low / step + 1e-9);
        long last = (long) Math.ceil(high / step - 1e-9);
        var values = new ArrayList<Double>();
        for (long i = first; i <= last; i++) values.add(i * step);
        return new Ticks(values, Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9)), false);
    }

    /** Ticks at whole numbers, such as steps. */
    static Ticks enclosingWhole(long low, long high, int wanted) {
        if (high - low >= wanted) return enclosing((double) low, (double) high, wanted);
        var values = new ArrayList<Double>();
        for (long i = low; i <= Math.max(high, low + 1); i++) values.add((double) i);
        return new Ticks(values, 0, false);
    }

    /**
     * Ticks for losses: logarithmic if the smallest is at most a quarter of the largest, so that the end of the curve is readable; only
     * powers of ten if the range exceeds a factor of 1,000.
     */
    static Ticks ofLosses(double low, double high) {
        if (!(low > 0) || high < 4 * low) return enclosing(low, high, 5);
        boolean powersOnly = high / 1000 > low;
        double factor = Math.pow(10, Math.ceil((Math.log10(high) - Math.log10(low)) / 6));
        var values = new ArrayList<Double>();
        values.add(powersOnly ? power(low) : atMost(low));
        while (values.getLast() < high * (1 - 1e-9)) {
            values.add(powersOnly ? power(values.getLast() * factor * 1.1) : atLeast(values.getLast() * 1.1));
        }
        return new Ticks(values, Math.max(0, (int) -Math.floor(Math.log10(values.getFirst()) + 1e-9)), true);
    }

    double first() {
        return values.getFirst();
    }

    double last() {
        return values.getLast();
    }

    /** 0 at the first tick, 1 at the last. */
    double position(double value) {
        return logarithmic
                ? (Math.log(value) - Math.log(first())) / (Math.log(last()) - Math.log(first()))
                : (value - first()) / (last() - first());
    }

    String label(double value) {
        double size = Math.max(Math.abs(first()), Math.abs(last()));
        if (!logarithmic && size < 1e6 && decimals <= 4) return Figures.decimals(value, decimals);
        var digits =
                new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).round(new MathContext(8));
        return Figures.setting(digits.doubleValue());
    }

    /** The smallest of 1, 2, 5, 10 times a power of ten that is not below {@code value}. */
    private static double atLeast(double value) {
        double power = power(value);
        double fraction = value / power;
        if (fraction <= 1 + 1e-9) return power;
        if (fraction <= 2 + 1e-9) return 2 * power;
        return fraction <= 5 + 1e-9 ? 5 * power : 10 * power;
    }

    /** The largest of 1, 2, 5 times a power of ten that is not above {@code value}. */
    private static double atMost(double value) {
        double power = power(value);
        double fraction = value / power;
        if (fraction >= 5 - 1e-9) return 5 * power;
        return fraction >= 2 - 1e-9 ? 2 * power : power;
    }

    private static double power(double value) {
        return Math.pow(10, Math.floor(Math.log10(value)));
    }
}
