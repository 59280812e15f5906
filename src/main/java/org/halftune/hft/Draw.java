package org.halftune.hft;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;

/**
 * Draws the trainable parameters of a round.
 *
 * <p><b>Category</b> (the paper's section 2.2, for any ratio r, which may differ between categories). Of a category with m
 * matrices in each of L layers, N = round(r·m·L) are trainable, at least one unless r is 0 (halves round up). They are
 * distributed evenly: ⌊N/L⌋ per layer, and one more in N mod L random layers. The matrices are then drawn within each layer. So every layer has ⌊r·m⌋ or ⌈r·m⌉, and
 * for r = ½ this is the paper's rule: 2 of 4 in attention, 1 of 2 norms, and of the 3 feed-forward matrices 2 in ⌈L/2⌉
 * layers and 1 in ⌊L/2⌋.
 *
 * <p><b>Layer</b>: round(r·L) whole layers, at least one.
 *
 * <p><b>Model</b>: matrices of all layers in random order, up to the fraction r of their parameters; norms, whose size
 * is negligible, by count: round(r·n).
 *
 * <p><b>Upper</b>: the upper round(r·L) layers, at least one; nothing is drawn.
 *
 * <p>Parameters outside the layers are trainable unless {@link Freeze} excludes them; the embeddings and a head tied to them
 * are always frozen in the strategy upper, because only then does the backward pass end above the lower layers. The model
 * level does not draw the embeddings, because in a small model, which is mostly embeddings, this one matrix would
 * decide everything.
 *
 * <p>Every part has its own random stream, so freezing the embeddings does not change the draw in the layers.
 */
final class Draw {
    // Numbers of random streams. Never change them: published selections depend on them.
    private static final int ATTENTION = 1;
    private static final int FEED_FORWARD = 2;
    private static final int NORMS = 3;
    private static final int LAYERS = 4;
    private static final int MODEL_MATRICES = 5;
    private static final int MODEL_NORMS = 6;
    static final int IMPORTANCE_SAMPLE = 7;

    private final List<ParameterSpec> specs;
    private final int layers;
    private final Freeze freeze;
    private final long seed;
    private final int round;

    Draw(List<ParameterSpec> specs, Freeze freeze, long seed, int round) {
        if (round < 0) throw new InputError("round " + round + " is negative", "round", "number rounds from 0");
        boolean tied = specs.stream().noneMatch(spec -> spec.role().category() == ParameterCategory.HEAD);
        if (tied && freeze.head() && !freeze.embeddings()) {
            throw new InputError(
                    "this model's lm_head is its embedding matrix (tie_word_embeddings), so it cannot be frozen alone",
                    "freeze_lm_head",
                    "use freeze_embeddings, which freezes both, or remove freeze_lm_head");
        }
        this.specs = specs;
        this.layers = specs.stream().mapToInt(ParameterSpec::layer).max().orElse(-1) + 1;
        this.freeze = freeze;
        this.seed = seed;
        this.round = round;
    }

    Set<ParameterSpec> draw(Strategy strategy) {
        var chosen = switch (strategy) {
            case Strategy.Category(Ratios ratios) -> ofEveryCategory(ratios);
            case Strategy.Layer(double ratio) -> wholeLayers(ratio);
            case Strategy.Model(double ratio) -> fromAnyLayer(ratio);
            case Strategy.Upper(double ratio) -> upperLayers(ratio);
        };
        chosen.addAll(outside());
        return chosen;
    }

    /** The parameters outside the layers that are not frozen. */
    List<ParameterSpec> outside() {
        return specs.stream()
                .filter(spec -> !spec.role().inLayer() && !freeze.freezes(spec.role()))
                .toList();
    }

    private Set<ParameterSpec> ofEveryCategory(Ratios ratios) {
        var chosen = new LinkedHashSet<ParameterSpec>();
        chosen.addAll(ofEveryLayer(ParameterCategory.ATTENTION, ratios.attention(), random(ATTENTION)));
        chosen.addAll(ofEveryLayer(ParameterCategory.FEED_FORWARD, ratios.feedForward(), random(FEED_FORWARD)));
        chosen.addAll(ofEveryLayer(ParameterCategory.NORM, ratios.norm(), random(NORMS)));
        return chosen;
    }

    private List<ParameterSpec> ofEveryLayer(ParameterCategory category, double ratio, DrawStream random) {
        if (ratio == 0) return List.of();
        var byLayer = new ArrayList<List<ParameterSpec>>();
        for (int layer = 0; layer < layers; layer++) byLayer.add(new ArrayList<>());
        for (var spec : specs) {
            if (spec.role().category() == category) byLayer.get(spec.layer()).add(spec);
        }

        int count = portion(ratio, byLayer.stream().mapToInt(List::size).sum());
        var chosen = new ArrayList<ParameterSpec>();
        random.shuffle(byLayer); // the first count % layers get one more
        for (int i = 0; i < layers; i++) {
            var matrices = byLayer.get(i);
            random.shuffle(matrices);
            chosen.addAll(matrices.subList(0, count / layers + (i < count % layers ? 1 : 0)));
        }
        return chosen;
    }

    private Set<ParameterSpec> wholeLayers(double ratio) {
        var order = new ArrayList<Integer>();
        for (int layer = 0; layer < layers; layer++) order.add(layer);
        random(LAYERS).shuffle(order);
        var chosenLayers = Set.copyOf(order.subList(0, portion(ratio, layers)));

        var chosen = new LinkedHashSet<ParameterSpec>();
        for (var spec : specs) if (chosenLayers.contains(spec.layer())) chosen.add(spec);
        return chosen;
    }

    private Set<ParameterSpec> upperLayers(double ratio) {
        int lowest = layers - portion(ratio, layers);
        var chosen = new LinkedHashSet<ParameterSpec>();
        for (var spec : specs) if (spec.layer() >= lowest && spec.role().inLayer()) chosen.add(spec);
        return chosen;
    }

    private Set<ParameterSpec> fromAnyLayer(double ratio) {
        var matrices = new ArrayList<ParameterSpec>();
        var norms = new ArrayList<ParameterSpec>();
        for (var spec : specs) if (spec.role().inLayer()) (spec.isMatrix() ? matrices : norms).add(spec);
        random(MODEL_MATRICES).shuffle(matrices);
        random(MODEL_NORMS).shuffle(norms);

        var chosen = new LinkedHashSet<>(untilShare(ratio, matrices));
        chosen.addAll(norms.subList(0, portion(ratio, norms.size())));
        return chosen;
    }

    /**
     * Takes matrices in the given order and skips those that would exceed the fraction. Finally adds the smallest
     * skipped one if that brings the sum closer to the fraction, or if there is none else. So the error is less than
     * one matrix. Small matrices are chosen slightly more often than large ones, because they fill the last gap.
     */
    private static List<ParameterSpec> untilShare(double ratio, List<ParameterSpec> matrices) {
        long all = matrices.stream().mapToLong(ParameterSpec::elements).sum();
        double missing = ratio * all;
        var chosen = new ArrayList<ParameterSpec>();
        var skipped = new ArrayList<ParameterSpec>();
        for (var matrix : matrices) {
            if (matrix.elements() <= missing) {
                chosen.add(matrix);
                missing -= matrix.elements();
            } else {
                skipped.add(matrix);
            }
        }
        var smallest = skipped.stream().min(Comparator.comparingLong(ParameterSpec::elements));
        if (smallest.isPresent() && (chosen.isEmpty() || smallest.get().elements() < 2 * missing)) {
            chosen.add(smallest.get());
        }
        return chosen;
    }

    /**
     * round(ratio·count), halves up, at least 1. Decimal arithmetic, so that 0.29 of 50 is 14.5, not
     * 14.499999999999998.
     */
    static int portion(double ratio, int count) {
        int portion = BigDecimal.valueOf(ratio)
                .multiply(BigDecimal.valueOf(count))
                .setScale(0, RoundingMode.HALF_UP)
                .intValueExact();
        return Math.min(Math.max(portion, 1), count);
    }

    private DrawStream random(int stream) {
        return DrawStream.of(seed, round, stream);
    }
}
