package org.halftune.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's correction for several tests (Holm 1979, Scandinavian Journal of Statistics 6). If all p values that it leaves below 0.05
 * are called differences, the probability of one or more false ones is at most 5 %, whatever the dependence of the tests.
 */
public final class Holm {
    private Holm() {}

    /**
     * The adjusted p values, in the order given: the i-th smallest of m (from 0) is multiplied by m−i, is at least the one before,
     * and at most 1. NaN (no test) stays NaN and does not count.
     */
    public static double[] adjusted(double... p) {
        int[] order = IntStream.range(0, p.length)
                .filter(i -> !Double.isNaN(p[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(i -> i)
                .toArray();
        double[] adjusted = p.clone();
        double least = 0;
        for (int rank = 0; rank < order.length; rank++) {
            least = Math.max(least, Math.min(1, p[order[rank]] * (order.length - rank)));
            adjusted[order[rank]] = least;
        }
        return adjusted;
    }
}
