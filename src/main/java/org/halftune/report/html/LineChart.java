package org.halftune.report.html;

import java.util.List;
import org.halftune.report.html.Curve.Point;

/** A line chart over training steps. NaN and infinity leave a gap. */
final class LineChart {
    private static final double WIDTH = 440;
    private static final double HEIGHT = 280;
    private static final double LEFT = 46;
    private static final double RIGHT = WIDTH - 12;
    private static final double TOP = 34;
    private static final double BOTTOM = HEIGHT - 40;

    private final Ticks across;
    private final Ticks up;

    private LineChart(Ticks across, Ticks up) {
        this.across = across;
        this.up = up;
    }

    /** The scale of the vertical axis. */
    enum Scale {
        /** Logarithmic if the values span a large range, as losses do. */
        OF_LOSSES,
        FROM_ZERO
    }

    /** @param description alternative text for screen readers */
    static Element draw(String description, String axis, List<Curve> curves) {
        return draw(description, axis, curves, Scale.OF_LOSSES);
    }

    static Element draw(String description, String axis, List<Curve> curves, Scale scale) {
        var points = curves.stream()
                .flatMap(c -> c.points().stream())
                .filter(Point::drawable)
                .toList();
        if (points.isEmpty()) return Svg.empty(WIDTH, description);
        var x = points.stream().mapToDouble(Point::x).summaryStatistics();
        var y = points.stream().mapToDouble(Point::y).summaryStatistics();
        return new LineChart(
                        Ticks.enclosingWhole(
                                (long) Math.floor(Math.min(x.getMin(), 0)), (long) Math.ceil(x.getMax()), 6),
                        switch (scale) {
                            case OF_LOSSES -> Ticks.ofLosses(y.getMin(), y.getMax());
                            case FROM_ZERO -> Ticks.enclosing(Math.min(0, y.getMin()), y.getMax(), 5);
                        })
                .picture(description, axis, curves);
    }

    private Element picture(String description, String axis, List<Curve> curves) {
        var svg = Svg.picture(WIDTH, HEIGHT, description);
        svg.add(grid(), axisTitle(axis), legend(curves));
        for (var curve : curves) {
            if (curve.measuredRarely()) {
                svg.add(Svg.path("line dashed " + curve.look(), line(curve.thinned())));
                for (var point : curve.thinned()) if (point.drawable()) svg.add(mark(curve.look(), point));
            } else {
                var smooth = curve.smoothed();
                var thin = curve.thinned();
                if (!smooth.equals(thin)) svg.add(Svg.path("line faint " + curve.look(), line(thin)));
                svg.add(Svg.path("line " + curve.look(), line(smooth)));
                if (smooth.size() == 1 && smooth.getFirst().drawable()) {
                    svg.add(mark(curve.look(), smooth.getFirst()));
                }
            }
        }
        return svg;
    }

    private Element grid() {
        var grid = Element.of("g");
        for (double value : up.values()) {
            grid.add(Svg.line("grid", LEFT, y(value), RIGHT, y(value)));
            grid.add(Svg.text("tick end", LEFT - 7, y(value) + 4, up.label(value)));
        }
        for (double value : across.values()) {
            grid.add(Svg.line("axis", x(value), BOTTOM, x(value), BOTTOM + 4));
            grid.add(Svg.text("tick middle", x(value), BOTTOM + 18, across.label(value)));
        }
        return grid.add(Svg.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM));
    }

    private static Element axisTitle(String axis) {
        return Svg.text("tick middle", (LEFT + RIGHT) / 2, HEIGHT - 5, axis);
    }

    private static Element legend(List<Curve> curves) {
        var legend = Element.of("g");
        double x = LEFT;
        for (var curve : curves) {
            legend.add(Svg.path(
                    "line " + (curve.measuredRarely() ? "dashed " : "") + curve.look(),
                    "M" + Element.coordinate(x) + " 12H" + Element.coordinate(x + 18)));
            legend.add(Svg.text("label", x + 23, 16, curve.name()));
            x += 23 + Svg.width(curve.name()) + 18;
        }
        return legend;
    }

    /** SVG path commands, with a new move after each gap. */
    private String line(List<Point> points) {
        var path = new StringBuilder();
        boolean pen = false;
        for (var point : points) {
            boolean drawn = point.drawable();
            if (drawn) {
                path.append(pen ? 'L' : 'M')
                        .append(Element.coordinate(x(point.x())))
                        .append(' ')
                        .append(Element.coordinate(y(point.y())));
            }
            pen = drawn;
        }
        return path.toString();
    }

    private Element mark(String look, Point point) {
        return Element.of("circle", "class", "bar " + look, "cx", x(point.x()), "cy", y(point.y()), "r", "3.2");
    }

    private double x(double value) {
        return LEFT + across.position(value) * (RIGHT - LEFT);
    }

    private double y(double value) {
        return BOTTOM - up.position(value) * (BOTTOM - TOP);
    }
}
