package org.halftune.report.study;

import java.util.stream.IntStream;

/**
 * The questions of a suite, in two parts: one on which each method's learning rate and steps are chosen, and one that every reported
 * score uses. No question is in both, unless {@code choose} is 0: then both parts are all questions.
 *
 * @param choosing [n] indices of the questions to choose on, ascending
 * @param scoring [m] indices of the questions to report, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // read only
public record SuiteSplit(String name, int[] choosing, int[] scoring) {

    /** The split of a suite. */
    public static SuiteSplit of(String name, boolean[] choose) {
        int n = choose.length;
        return new SuiteSplit(
                name,
                IntStream.range(0, n).filter(i -> choose[i]).toArray(),
                IntStream.range(0, n).filter(i -> !choose[i]).toArray());
    }

    /** All questions in both parts. */
    public static SuiteSplit whole(String name, int questions) {
        int[] all = IntStream.range(0, questions).toArray();
        return new SuiteSplit(name, all, all);
    }

    /** Mean mark of the part to choose on; NaN without questions. */
    double choosing(double[] marks) {
        return mean(marks, choosing);
    }

    /** Mean mark of the part to report. */
    double scoring(double[] marks) {
        return mean(marks, scoring);
    }

    private static double mean(double[] marks, int[] part) {
        return IntStream.of(part)
                .mapToDouble(i -> marks[i])
                .filter(mark -> !Double.isNaN(mark))
                .average()
                .orElse(Double.NaN);
    }
}
