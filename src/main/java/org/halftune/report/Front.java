package org.halftune.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a method offers by choice of its learning rate: the measured points that no other of its points beats (Pareto's
 * front), by ascending learning. Along it more is learned and less is kept.
 *
 * <p>Between two neighbours it is the straight line; outside of the measured range it is unknown, never extrapolated.
 */
public record Front(List<RatePoint> points) {

    public Front {
        points = List.copyOf(points);
    }

    /** The front of measured points in any order. Points that lack a score are left out; of equal ones the first stays. */
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

    /** Whether a point was measured at this very level. */
    boolean measuredAt(double learned) {
        return points.stream().anyMatch(point -> point.learned() == learned);
    }

    /** Old knowledge kept where so much is learned; NaN outside of {@link #least} to {@link #most}. */
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
