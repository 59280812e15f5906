package org.halftune.report.html;

import java.util.List;
import org.halftune.report.TrainingReport.Kind;

/** A map of the trained matrices: a row for each kind, a column for each layer; trained matrices are filled. */
final class SelectionMap {
    private static final double WIDTH = 440;
    private static final double NAMES = 104;
    private static final double ROW = 19;
    private static final double WIDEST = 26;
    private static final int LABELS = 8;

    private SelectionMap() {}

    /** @param description alternative text for screen readers */
    static Element draw(String description, List<Kind> kinds) {
        int layers = kinds.stream().mapToInt(kind -> kind.learns().size()).max().orElse(0);
        if (layers == 0) return Svg.empty(WIDTH, description);
        double column = Math.min(WIDEST, (WIDTH - NAMES) / layers);
        double gap = column > 6 ? 2 : column > 3 ? 1 : 0;
        var svg = Svg.picture(WIDTH, kinds.size() * ROW + 34, description);
        for (int row = 0; row < kinds.size(); row++) {
            var kind = kinds.get(row);
            double y = row * ROW;
            svg.add(Svg.text("label", 0, y + 13, Svg.fitting(kind.name(), NAMES - 6)));
            for (int layer = 0; layer < kind.learns().size(); layer++) {
                String look = kind.learns().get(layer) ? "hft" : "track";
                svg.add(Svg.bar(look, NAMES + layer * column, y + 2, column - gap, ROW - 4));
            }
        }
        double below = kinds.size() * ROW + 13;
        int every = (layers + LABELS - 1) / LABELS;
        for (int layer = 0; layer < layers; layer += every) {
            svg.add(Svg.text("tick middle", NAMES + (layer + 0.5) * column - gap / 2, below, Integer.toString(layer)));
        }
        return svg.add(Svg.text("tick middle", NAMES + layers * column / 2, below + 16, "layer"));
    }
}
