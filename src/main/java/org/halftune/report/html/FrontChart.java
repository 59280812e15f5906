package org.halftune.report.html;

import java.util.List;
import org.halftune.report.Figures;
import org.halftune.report.Front;
import org.halftune.report.RatePoint;

/**
 * A chart of learned vs kept: a point for each learning rate of each method, and a line along each method's front. Points that are not
 * on the front are hollow. With two methods, points are labelled with their rates.
 */
final class FrontChart {
    private static final double WIDTH = 440;
    private static final double HEIGHT = 300;
    private static final double LEFT = 50;
    private static final double RIGHT = WIDTH - 52;
    private static final double TOP = 34;
    private static final double BOTTOM = HEIGHT - 42;

    /** Methods in a row of the legend below the chart. */
    private static final int A_ROW = 3;

    private static final double COLUMN = 130;
    private static final double ROW = 20;

    private final Ticks across;
    private final Ticks up;

    private FrontChart(Ticks across, Ticks up) {
        this.across = across;
        this.up = up;
    }

    /** A method's points, with its name in the legend and its CSS class. */
    record Series(String name, String look, List<RatePoint> points) {
        Series {
            points = List.copyOf(points);
        }
    }

    /** @param description alternative text for screen readers */
    static Element draw(String description, List<RatePoint> fft, List<RatePoint> hft) {
        return draw(description, List.of(new Series("FFT", "fft", fft), new Series("HFT", "hft", hft)));
    }

    /** Any number of methods. */
    static Element draw(String description, List<Series> methods) {
        var points = methods.stream()
                .flatMap(method -> method.points.stream())
                .filter(RatePoint::scored)
                .toList();
        if (points.isEmpty()) return Svg.empty(WIDTH, description);
        var x = points.stream().mapToDouble(p -> 100 * p.learned()).summaryStatistics();
        var y = points.stream().mapToDouble(p -> 100 * p.kept()).summaryStatistics();
        var chart =
                new FrontChart(Ticks.enclosing(x.getMin(), x.getMax(), 6), Ticks.enclosing(y.getMin(), y.getMax(), 6));
        var svg = Svg.picture(WIDTH, HEIGHT + legendHeight(methods.size()), description)
                .add(chart.grid(), legend(methods));
        for (int i = 0; i < methods.size(); i++) svg.add(chart.method(methods.get(i), methods.size() <= 2, i == 0));
        return svg;
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

    /** Two methods beside the title of the axis; more below the chart, in rows. */
    private static Element legend(List<Series> methods) {
        var legend = Element.of("g");
        for (int i = 0; i < methods.size(); i++) {
            var method = methods.get(i);
            boolean beside = methods.size() <= 2;
            double x = beside ? RIGHT + 18 - 50 * (methods.size() - i) : LEFT + i % A_ROW * COLUMN;
            double y = beside ? 12 : HEIGHT + ROW / 2 + Math.floorDiv(i, A_ROW) * ROW;
            legend.add(
                    mark("bar " + method.look, x, y),
                    Svg.text("label", x + 9, y + 4, beside ? method.name : Svg.fitting(method.name, COLUMN - 16)));
        }
        return legend;
    }

    private static double legendHeight(int methods) {
        return methods <= 2 ? 0 : Math.ceilDiv(methods, A_ROW) * ROW;
    }

    /**
     * The first method's labels are above left of their points, the second's below right, so that fewer overlap.
     *
     * @param labelled whether points are labelled with their rates
     */
    private Element method(Series method, boolean labelled, boolean aboveLeft) {
        var points = method.points;
        String look = method.look;
        var front = Front.of(points);
        var group = Element.of("g").add(Svg.path("line " + look, line(front)));
        for (var point : points) {
            if (!point.scored()) continue;
            double x = x(100 * point.learned());
            double y = y(100 * point.kept());
            String rate = Figures.learningRate(point.learningRate());
            group.add(mark((front.points().contains(point) ? "bar " : "hollow ") + look, x, y));
            if (!labelled) continue;
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
