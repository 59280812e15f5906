package org.halftune.report.html;

import java.util.List;

/**
 * The strokes that the charts are made of. Colours, fonts and widths are in the style sheet; positions are in units of
 * the picture, which is 440 wide everywhere: that reads well at half of a desktop page and on a phone.
 */
final class Svg {
    /** Mean advance of a character at the label's 12 units; SVG text cannot be measured here. */
    private static final double ADVANCE = 6.4;

    private Svg() {}

    static Element picture(double width, double height, String description) {
        String box = "0 0 " + Element.coordinate(width) + " " + Element.coordinate(height);
        return Element.of("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", box, "role", "img")
                .with("aria-label", description);
    }

    /** Stands where there is nothing to draw. */
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

    /** About how wide a label is. */
    static double width(String label) {
        return ADVANCE * label.codePointCount(0, label.length());
    }

    /** What fits into {@code width}, cut with an ellipsis where it must be. */
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
