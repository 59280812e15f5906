package org.halftune.report.html;

import java.util.List;

/**
 * The SVG elements of the charts. Colours, fonts and line widths are in the style sheet. All charts are 440 units wide, which is
 * readable at half the width of a desktop page and on a phone.
 */
final class Svg {
    /** Mean width of a character at a font size of 12 units, because text cannot be measured here. */
    private static final double ADVANCE = 6.4;

    private Svg() {}

    static Element picture(double width, double height, String description) {
        String box = "0 0 " + Element.coordinate(width) + " " + Element.coordinate(height);
        return Element.of("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", box, "role", "img")
                .with("aria-label", description);
    }

    /** A placeholder for a chart without data. */
    static Element empty(double width, String description) {
        return picture(width, 60, description).add(text("tick middle", width / 2, 34, "not measured"));
    }

    static Element text(String look, double x, double y, String text) {
        return Element.of("text", "class", look, "x", x, "y", y).text(text);
    }

    static Element line(String look, double x1, double y1, double x2, double y2) {
        return Element.of("line", "class", look, "x1", x1, "y1", y1, "x2", x2, "y2", y2);
    }

    static Element path(String look, String moves) {
        return Element.of("path", "class", look, "d", moves);
    }

    static Element bar(String look, double x, double y, double width, double height) {
        return Element.of(
                "rect", "class", "bar " + look, "x", x, "y", y, "width", Math.max(0, width), "height", height);
    }

    /** The approximate width of a label. */
    static double width(String label) {
        return ADVANCE * label.codePointCount(0, label.length());
    }

    /** The label, cut with an ellipsis if it is wider than {@code width}. */
    static String fitting(String label, double width) {
        int room = (int) (width / ADVANCE);
        if (label.codePointCount(0, label.length()) <= room) return label;
        return label.substring(0, label.offsetByCodePoints(0, Math.max(1, room - 1))) + "…";
    }

    /** The largest finite number, or 0. */
    static double largest(List<Double> values) {
        return values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }
}
