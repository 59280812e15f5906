package org.halftune.report.html;

import java.util.ArrayList;
import java.util.List;
import org.halftune.report.Figures;

/**
 * The numbers on an axis: multiples of 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels",
 * Graphics Gems 1990).
 *
 * @param values ascending, evenly spaced; the first and last span the data
 * @param decimals what the labels need
 */
record Ticks(List<Double> values, int decimals) {

    /**
     * Ticks that enclose {@code [low, high]}.
     *
     * @param wanted about how many
     */
    static Ticks enclosing(double low, double high, int wanted) {
        double span = high - low;
        double size = Math.max(Math.abs(low), Math.abs(high));
        if (!(span > size * 1e-6)) {
            double margin = size == 0 ? 0.5 : size * 0.05;
            return enclosing(low - margin, high + margin, wanted);
        }
        double step = nice(span / Math.max(1, wanted));
        long first = (long) Math.floor(low / step + 1e-9);
        long last = (long) Math.ceil(high / step - 1e-9);
        var values = new ArrayList<Double>();
        for (long i = first; i <= last; i++) values.add(i * step);
        return new Ticks(List.copyOf(values), Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9)));
    }

    /** The same for whole numbers, such as steps. */
    static Ticks enclosingWhole(long low, long high, int wanted) {
        if (high - low >= wanted) return enclosing((double) low, (double) high, wanted);
        var values = new ArrayList<Double>();
        for (long i = low; i <= Math.max(high, low + 1); i++) values.add((double) i);
        return new Ticks(List.copyOf(values), 0);
    }

    double first() {
        return values.getFirst();
    }

    double last() {
        return values.getLast();
    }

    String label(double value) {
        double size = Math.max(Math.abs(first()), Math.abs(last()));
        if (size >= 1e6 || decimals > 4) return Figures.significant(value);
        return Figures.decimals(value, decimals);
    }

    /** The smallest of 1, 2, 5, 10 times a power of ten that is not below {@code step}. */
    private static double nice(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double fraction = step / power;
        if (fraction <= 1 + 1e-9) return power;
        if (fraction <= 2 + 1e-9) return 2 * power;
        return fraction <= 5 + 1e-9 ? 5 * power : 10 * power;
    }
}
