package org.halftune.report.html;

import java.util.List;

/** A bar chart in groups with headings. The value is at the right of each bar; intervals are drawn as whiskers. */
public final class BarChart {
    private static final double WIDTH = 440;
    private static final double HEADING = 24;
    private static final double ROW = 25;
    private static final double BAR = 15;
    private static final double GAP = 10;

    /** A bar; {@code low} and {@code high} are NaN without an interval. */
    public record Bar(String name, String look, double value, double low, double high, String figure) {
        public Bar(String name, String look, double value, String figure) {
            this(name, look, value, Double.NaN, Double.NaN, figure);
        }
    }

    /** Bars with a heading, which may be empty. */
    public record Group(String heading, List<Bar> bars) {
        public Group {
            bars = List.copyOf(bars);
        }
    }

    private final double left;
    private final double right;
    private final double full;

    private BarChart(double left, double right, double full) {
        this.left = left;
        this.right = right;
        this.full = full;
    }

    /**
     * @param names width of the column of names
     * @param figures width of the column of values
     * @param full value of a bar of full length; longer bars are cut
     * @param reference value of a vertical line through all bars, or NaN
     */
    public static Element draw(
            String description, List<Group> groups, double names, double figures, double full, double reference) {
        return new BarChart(names, WIDTH - figures, full).picture(description, groups, reference);
    }

    private Element picture(String description, List<Group> groups, double reference) {
        if (groups.stream().allMatch(group -> group.bars().isEmpty())) return Svg.empty(WIDTH, description);
        double height = -GAP;
        for (var group : groups) height += heading(group) + group.bars().size() * ROW + GAP;
        var svg = Svg.picture(WIDTH, height, description);
        double y = 0;
        for (var group : groups) {
            if (!group.heading().isEmpty()) {
                svg.add(Svg.text("name", 0, y + 14, Svg.fitting(group.heading(), WIDTH)));
            }
            y += heading(group);
            double from = y;
            for (var bar : group.bars()) {
                svg.add(row(bar, y));
                y += ROW;
            }
            if (Double.isFinite(reference)) {
                svg.add(Svg.line("reference", x(reference), from, x(reference), y - ROW + BAR + 6));
            }
            y += GAP;
        }
        return svg;
    }

    private static double heading(Group group) {
        return group.heading().isEmpty() ? 0 : HEADING;
    }

    private Element row(Bar bar, double y) {
        double middle = y + 3 + BAR / 2;
        var row = Element.of("g")
                .add(Svg.text("label", 0, middle + 4, Svg.fitting(bar.name(), left - 4)))
                .add(Svg.bar("track", left, y + 3, right - left, BAR));
        if (Double.isFinite(bar.value())) row.add(Svg.bar(bar.look(), left, y + 3, x(bar.value()) - left, BAR));
        if (Double.isFinite(bar.low()) && Double.isFinite(bar.high())) {
            row.add(Svg.line("whisker", x(bar.low()), middle, x(bar.high()), middle));
            row.add(Svg.line("whisker", x(bar.low()), middle - 4, x(bar.low()), middle + 4));
            row.add(Svg.line("whisker", x(bar.high()), middle - 4, x(bar.high()), middle + 4));
        }
        return row.add(Svg.text("label", right + 10, middle + 4, bar.figure()));
    }

    private double x(double value) {
        double share = Math.clamp(value / full, 0, 1);
        return left + share * (right - left);
    }
}
