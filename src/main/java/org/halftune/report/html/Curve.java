package org.halftune.report.html;

import java.util.ArrayList;
import java.util.List;

/**
 * A curve of a {@link LineChart}.
 *
 * @param look CSS class
 * @param measuredRarely draw each point, and a dashed line between them
 * @param exact do not smooth
 */
record Curve(String name, String look, boolean measuredRarely, boolean exact, List<Point> points) {
    Curve(String name, String look, boolean measuredRarely, List<Point> points) {
        this(name, look, measuredRarely, false, points);
    }

    /** The largest number of points; more are averaged. */
    private static final int COLUMNS = 300;

    record Point(double x, double y) {
        /** Whether an axis can contain it: not NaN, infinity or the huge numbers of a diverged run. */
        boolean drawable() {
            return Math.abs(y) < 1e100;
        }
    }

    Curve {
        points = List.copyOf(points);
    }

    /** At most {@value #COLUMNS} points; each is the mean of as many neighbours. */
    List<Point> thinned() {
        int bucket = (points.size() + COLUMNS - 1) / COLUMNS;
        if (bucket <= 1) return points;
        var thin = new ArrayList<Point>();
        for (int i = 0; i < points.size(); i += bucket) {
            thin.add(mean(points.subList(i, Math.min(points.size(), i + bucket))));
        }
        return thin;
    }

    /**
     * The centred moving average over a tenth of the curve, or the curve itself if it is short. Near the start it uses fewer points on
     * both sides, because losses fall fast there; near the end fewer points on the right.
     */
    List<Point> smoothed() {
        var thin = thinned();
        int reach = thin.size() / 20;
        if (exact || reach < 2) return thin;
        var smooth = new ArrayList<Point>();
        for (int i = 0; i < thin.size(); i++) {
            int around = Math.min(reach, i);
            double y = mean(thin.subList(i - around, Math.min(thin.size(), i + around + 1)))
                    .y();
            smooth.add(new Point(thin.get(i).x(), y));
        }
        return smooth;
    }

    private static Point mean(List<Point> points) {
        double x = 0;
        double y = 0;
        for (var point : points) {
            x += point.x() / points.size();
            y += point.y() / points.size();
        }
        return new Point(x, y);
    }
}
