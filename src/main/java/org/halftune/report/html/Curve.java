package org.halftune.report.html;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a {@link LineChart}.
 *
 * @param look class of the style sheet that colours it
 * @param measuredRarely few points, each worth a mark; the line between them is dashed
 */
record Curve(String name, String look, boolean measuredRarely, List<Point> points) {
    /** More points than a picture has columns are averaged. */
    private static final int COLUMNS = 300;

    record Point(double x, double y) {}

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

    /** The centred moving average over a tenth of the curve, or the curve itself where that is too short to matter. */
    List<Point> smoothed() {
        var thin = thinned();
        int reach = thin.size() / 20;
        if (reach < 2) return thin;
        var smooth = new ArrayList<Point>();
        for (int i = 0; i < thin.size(); i++) {
            int around = Math.min(reach, Math.min(i, thin.size() - 1 - i));
            double y = mean(thin.subList(i - around, i + around + 1)).y();
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
