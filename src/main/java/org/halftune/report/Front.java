package org.halftune.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The Pareto front of a method over its learning rates: the measured points that no other point beats in both learned and kept, in
 * ascending order of learned.
 *
 * <p>Interpolated linearly between neighbours, never extrapolated.
 */
public record Front(List<RatePoint> points) {

    public Front {
        points = List.copyOf(points);
    }

    /** The front of points in any order. Points without both scores are left out; of equal points the first is kept. */
    public static Front of(List<RatePoint> measured) {
        var front = new ArrayList<RatePoint>();
        for (var point : measured) {
            boolean beaten = measured.stream().anyMatch(other -> other.beats(point));
            boolean known = front.stream().anyMatch(other -> same(other, point));
            if (point.scored() && !beaten && !known) front.add(point);
        }
        front.sort(Comparator.comparingDouble(RatePoint::learned));
        return new Front(front);
    }

    private static boolean same(RatePoint a, RatePoint b) {
        return a.learned() == b.learned() && a.kept() == b.kept();
    }

    /** The least that was learned on the front; NaN for an empty one. */
    public double least() {
        return points.isEmpty() ? Double.NaN : points.getFirst().learned();
    }

    /** The most that was learned on the front; NaN for an empty one. */
    public double most() {
        return points.isEmpty() ? Double.NaN : points.getLast().learned();
    }

    /** Whether a point was measured at exactly this level. */
    boolean measuredAt(double learned) {
        return points.stream().anyMatch(point -> point.learned() == learned);
    }

    /** Old knowledge kept at this level of learning; NaN outside {@link #least} to {@link #most}. */
    public double keptAt(double learned) {
        for (int i = 0; i < points.size(); i++) {
            var point = points.get(i);
            if (point.learned() == learned) return point.kept();
            if (point.learned() > learned) return i == 0 ? Double.NaN : between(points.get(i - 1), point, learned);
        }
        return Double.NaN;
    }

    private static double between(RatePoint a, RatePoint b, double learned) {
        double share = (learned - a.learned()) / (b.learned() - a.learned());
        return a.kept() + share * (b.kept() - a.kept());
    }
}
