package org.halftune.report.html;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * Stacked bars of FFT and HFT on one scale. A table of the parts below the bars is also the legend. Parts that are always 0 are left
 * out.
 */
final class StackedBars {
    private static final double WIDTH = 440;
    private static final double NAME = 36;
    private static final double TOTAL = 66;
    private static final double BAR = 34;
    private static final double ROW = 21;

    private StackedBars() {}

    /** A bar: its name, the total as text, and the parts in the order of the names. */
    record Bar(String name, String total, List<Double> parts) {
        Bar {
            parts = List.copyOf(parts);
        }

        double sum() {
            return parts.stream().mapToDouble(StackedBars::size).sum();
        }
    }

    /**
     * @param looks CSS classes of the parts
     * @param figure formats a part's value
     */
    static Element draw(
            String description, List<String> names, List<String> looks, List<Bar> bars, DoubleFunction<String> figure) {
        double longest = Svg.largest(bars.stream().map(Bar::sum).toList());
        if (longest == 0) return Svg.empty(WIDTH, description);
        var shown = IntStream.range(0, names.size())
                .filter(i -> bars.stream().anyMatch(bar -> size(bar.parts().get(i)) > 0))
                .boxed()
                .toList();
        double table = bars.size() * (BAR + 10) + 26;
        var svg = Svg.picture(WIDTH, table + shown.size() * ROW + 2, description);
        for (int b = 0; b < bars.size(); b++) {
            svg.add(bar(bars.get(b), b * (BAR + 10), (WIDTH - NAME - TOTAL) / longest, looks, figure));
        }
        for (int b = 0; b < bars.size(); b++)
            svg.add(Svg.text("tick end", column(b), table - 8, bars.get(b).name()));
        for (int r = 0; r < shown.size(); r++) {
            int part = shown.get(r);
            double y = table + r * ROW;
            svg.add(Svg.line("grid", 0, y, WIDTH, y));
            svg.add(Svg.bar(looks.get(part), 0, y + 5, 11, 11));
            svg.add(Svg.text("label", 19, y + 15, Svg.fitting(names.get(part), 170)));
            for (int b = 0; b < bars.size(); b++) {
                svg.add(Svg.text(
                        "label end",
                        column(b),
                        y + 15,
                        figure.apply(bars.get(b).parts().get(part))));
            }
        }
        return svg;
    }

    private static Element bar(Bar bar, double y, double scale, List<String> looks, DoubleFunction<String> figure) {
        var group = Element.of("g").add(Svg.text("name", 0, y + BAR / 2 + 4, bar.name()));
        double x = NAME;
        for (int i = 0; i < bar.parts().size(); i++) {
            double width = size(bar.parts().get(i)) * scale;
            if (width == 0) continue;
            group.add(Svg.bar(looks.get(i), x, y, width, BAR));
            String label = figure.apply(bar.parts().get(i));
            if (Svg.width(label) + 8 < width) {
                group.add(Svg.text("inside middle", x + width / 2, y + BAR / 2 + 4, label));
            }
            x += width;
        }
        return group.add(Svg.text("name", x + 8, y + BAR / 2 + 4, bar.total()));
    }

    private static double column(int bar) {
        return 320 + bar * 118;
    }

    private static double size(double part) {
        return Double.isFinite(part) && part > 0 ? part : 0;
    }
}
