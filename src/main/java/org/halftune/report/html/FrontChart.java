package org.halftune.report.html;

import java.util.List;
import java.util.stream.Stream;
import org.halftune.report.Figures;
import org.halftune.report.Front;
import org.halftune.report.RatePoint;

/**
 * A chart of learned vs kept: a point for each learning rate of both methods, labelled with the rate, and a line along each method's
 * front. Points that are not on the front are hollow.
 */
final class FrontChart {
    private static final double WIDTH = 440;
    private static final double HEIGHT = 300;
    private static final double LEFT = 50;
    private static final double RIGHT = WIDTH - 52;
    private static final double TOP = 34;
    private static final double BOTTOM = HEIGHT - 42;

    private final Ticks across;
    private final Ticks up;

    private FrontChart(Ticks across, Ticks up) {
        this.across = across;
        this.up = up;
    }

    /** @param description alternative text for screen readers */
    static Element draw(String description, List<RatePoint> fft, List<RatePoint> hft) {
        var points = Stream.concat(fft.stream(), hft.stream())
                .filter(RatePoint::scored)
                .toList();
        if (points.isEmpty()) return Svg.empty(WIDTH, description);
        var x = points.stream().mapToDouble(p -> 100 * p.learned()).summaryStatistics();
        var y = points.stream().mapToDouble(p -> 100 * p.kept()).summaryStatistics();
        var chart =
                new FrontChart(Ticks.enclosing(x.getMin(), x.getMax(), 6), Ticks.enclosing(y.getMin(), y.getMax(), 6));
        return Svg.picture(WIDTH, HEIGHT, description)
                .add(chart.grid(), legend())
                .add(chart.method("fft", fft, true), chart.method("hft", hft, false));
    }

    private Element grid() {
        var grid = Element.of("g");
        for (double value : up.values()) {
            grid.add(Svg.line("grid", LEFT, y(value), RIGHT, y(value)));
            grid.add(Svg.text("tick end", LEFT - 7, y(value) + 4, up.label(value)));
        }
        for (double value : across.values()) {
            grid.add(Svg.line("grid", x(value), TOP, x(value), BOTTOM));
            grid.add(Svg.text("tick middle", x(value), BOTTOM + 18, across.label(value)));
        }
        return grid.add(
                Svg.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM),
                Svg.text("tick middle", (LEFT + RIGHT) / 2, HEIGHT - 6, "new task learned, %"),
                Svg.text("tick", 0, 16, "old knowledge kept, %"));
    }

    private static Element legend() {
        return Element.of("g")
                .add(
                        mark("bar fft", RIGHT - 82, 12),
                        Svg.text("label", RIGHT - 73, 16, "FFT"),
                        mark("bar hft", RIGHT - 32, 12),
                        Svg.text("label", RIGHT - 23, 16, "HFT"));
    }

    /** FFT's labels are above left of their points, HFT's below right, so that fewer overlap. */
    private Element method(String look, List<RatePoint> points, boolean aboveLeft) {
        var front = Front.of(points);
        var group = Element.of("g").add(Svg.path("line " + look, line(front)));
        for (var point : points) {
            if (!point.scored()) continue;
            double x = x(100 * point.learned());
            double y = y(100 * point.kept());
            String rate = Figures.learningRate(point.learningRate());
            group.add(mark((front.points().contains(point) ? "bar " : "hollow ") + look, x, y));
            group.add(
                    aboveLeft
                            ? Svg.text("tick rate end", x - 6, y - 6, rate)
                            : Svg.text("tick rate", x + 6, y + 14, rate));
        }
        return group;
    }

    private String line(Front front) {
        var path = new StringBuilder();
        for (var point : front.points()) {
            path.append(path.isEmpty() ? 'M' : 'L')
                    .append(Element.coordinate(x(100 * point.learned())))
                    .append(' ')
                    .append(Element.coordinate(y(100 * point.kept())));
        }
        return path.toString();
    }

    private static Element mark(String look, double x, double y) {
        return Element.of("circle", "class", look, "cx", x, "cy", y, "r", "4");
    }

    private double x(double value) {
        return LEFT + across.position(value) * (RIGHT - LEFT);
    }

    private double y(double value) {
        return BOTTOM - up.position(value) * (BOTTOM - TOP);
    }
}
