package org.halftune.report.study;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is scored after learning a task: suites of the new task, and suites of old knowledge. Suites count equally, whatever their
 * number of questions.
 *
 * @param learned suites of the new task
 * @param kept suites of old knowledge; empty: forgetting is not measured
 */
public record TaskSuites(String task, List<SuiteSplit> learned, List<SuiteSplit> kept) {

    public TaskSuites {
        learned = List.copyOf(learned);
        kept = List.copyOf(kept);
    }

    /** Learned and kept, fractions in 0…1; NaN if not measured. */
    public record Score(double learned, double kept) {
        /** What a setting is chosen by: the mean of both, or the one that is measured. */
        public double both() {
            if (Double.isNaN(kept)) return learned;
            return Double.isNaN(learned) ? kept : (learned + kept) / 2;
        }
    }

    /** On the questions to choose on. */
    public Score choosing(Map<String, double[]> marks) {
        return score(suite -> marks.containsKey(suite.name()) ? suite.choosing(marks.get(suite.name())) : Double.NaN);
    }

    /** On the questions to report. */
    public Score scoring(Map<String, double[]> marks) {
        return score(suite -> marks.containsKey(suite.name()) ? suite.scoring(marks.get(suite.name())) : Double.NaN);
    }

    private Score score(Function<SuiteSplit, Double> of) {
        return new Score(mean(learned.stream().map(of)), mean(kept.stream().map(of)));
    }

    private static double mean(Stream<Double> scores) {
        return scores.mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** The marks of all reported questions of the new task, in a fixed order. */
    double[] learnedMarks(Map<String, double[]> marks) {
        return reported(learned, marks);
    }

    /** The marks of all reported questions of old knowledge. */
    double[] keptMarks(Map<String, double[]> marks) {
        return reported(kept, marks);
    }

    private static double[] reported(List<SuiteSplit> suites, Map<String, double[]> marks) {
        return suites.stream()
                .flatMapToDouble(suite -> {
                    double[] all = marks.getOrDefault(suite.name(), new double[0]);
                    return all.length == 0
                            ? DoubleStream.empty()
                            : IntStream.of(suite.scoring()).mapToDouble(i -> all[i]);
                })
                .toArray();
    }
}
