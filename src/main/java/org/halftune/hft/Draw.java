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
 * Draws what learns in one round.
 *
 * <p><b>Category</b> (the paper's section 2.2, for any ratio r). A category with m matrices in each of L layers trains
 * N = round(r·m·L) of them, halves up and at least one. They are spread as evenly as whole numbers allow: every layer
 * trains ⌊N/L⌋, and one more in N mod L layers drawn at random; which matrices of a layer is drawn layer by layer. That
 * keeps every layer at ⌊r·m⌋ or ⌈r·m⌉, and at r = ½ it is the paper's rule: 2 of 4 in attention, 1 of 2 norms, and of
 * the 3 feed-forward matrices 2 in ⌈L/2⌉ layers and 1 in ⌊L/2⌋.
 *
 * <p><b>Layer</b>: round(r·L) whole layers, at least one.
 *
 * <p><b>Model</b>: matrices of any layer in random order while they have at most r of the parameters of all layers'
 * matrices; norms, which weigh nothing beside them, by count: round(r·n).
 *
 * <p>What lies outside the layers learns unless {@link Freeze} forbids it, with every strategy alike. If the model
 * level drew the embeddings too, this one matrix would decide everything in small models: half of a model that is
 * mostly embeddings is either the embeddings alone or all layers.
 *
 * <p>Every part is drawn from a stream of its own, so freezing the embeddings does not change what is drawn in the
 * layers.
 */
final class Draw {
    // Each number names a stream of random numbers. Changing one changes every selection ever published: don't.
    private static final int ATTENTION = 1;
    private static final int FEED_FORWARD = 2;
    private static final int NORMS = 3;
    private static final int LAYERS = 4;
    private static final int MODEL_MATRICES = 5;
    private static final int MODEL_NORMS = 6;

    private final List<ParameterSpec> specs;
    private final int layers;
    private final Freeze freeze;
    private final long seed;
    private final int round;

    Draw(List<ParameterSpec> specs, Freeze freeze, long seed, int round) {
        if (round < 0) throw new InputError("round " + round + " is negative", "round", "count rounds from 0");
        boolean tied = specs.stream().noneMatch(spec -> spec.role().category() == ParameterCategory.HEAD);
        if (tied && freeze.head() && !freeze.embeddings()) {
            throw new InputError(
                    "this model's lm_head is its embedding matrix (tie_word_embeddings), so it cannot be frozen alone",
                    "freeze_lm_head",
                    "use freeze_embeddings, which freezes both, or leave freeze_lm_head out");
        }
        this.specs = specs;
        this.layers = specs.stream().mapToInt(ParameterSpec::layer).max().orElse(-1) + 1;
        this.freeze = freeze;
        this.seed = seed;
        this.round = round;
    }

    Set<ParameterSpec> draw(Strategy strategy) {
        var chosen = switch (strategy) {
            case Strategy.Category(double ratio) -> ofEveryCategory(ratio);
            case Strategy.Layer(double ratio) -> wholeLayers(ratio);
            case Strategy.Model(double ratio) -> fromAnyLayer(ratio);
        };
        for (var spec : specs) if (learnsOutside(spec)) chosen.add(spec);
        return chosen;
    }

    private Set<ParameterSpec> ofEveryCategory(double ratio) {
        var chosen = new LinkedHashSet<ParameterSpec>();
        chosen.addAll(ofEveryLayer(ParameterCategory.ATTENTION, ratio, random(ATTENTION)));
        chosen.addAll(ofEveryLayer(ParameterCategory.FEED_FORWARD, ratio, random(FEED_FORWARD)));
        chosen.addAll(ofEveryLayer(ParameterCategory.NORM, ratio, random(NORMS)));
        return chosen;
    }

    private List<ParameterSpec> ofEveryLayer(ParameterCategory category, double ratio, DrawStream random) {
        var byLayer = new ArrayList<List<ParameterSpec>>();
        for (int layer = 0; layer < layers; layer++) byLayer.add(new ArrayList<>());
        for (var spec : specs) {
            if (spec.role().category() == category) byLayer.get(spec.layer()).add(spec);
        }

        int count = portion(ratio, byLayer.stream().mapToInt(List::size).sum());
        var chosen = new ArrayList<ParameterSpec>();
        random.shuffle(byLayer); // the first count % layers of them train one more
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
     * Takes matrices in the given order, passing over those that would exceed the share, and at last the smallest of
     * these if the sum is nearer to the share with it, or is nothing without it. So the sum misses by less than one
     * matrix, and the small ones, which fill the last gap, learn a little more often than the large ones.
     */
    private static List<ParameterSpec> untilShare(double ratio, List<ParameterSpec> matrices) {
        long all = matrices.stream().mapToLong(ParameterSpec::elements).sum();
        double missing = ratio * all;
        var chosen = new ArrayList<ParameterSpec>();
        var passedOver = new ArrayList<ParameterSpec>();
        for (var matrix : matrices) {
            if (matrix.elements() <= missing) {
                chosen.add(matrix);
                missing -= matrix.elements();
            } else {
                passedOver.add(matrix);
            }
        }
        var smallest = passedOver.stream().min(Comparator.comparingLong(ParameterSpec::elements));
        if (smallest.isPresent() && (chosen.isEmpty() || smallest.get().elements() < 2 * missing)) {
            chosen.add(smallest.get());
        }
        return chosen;
    }

    /** Whether a parameter is outside the layers and not frozen by a switch. */
    private boolean learnsOutside(ParameterSpec spec) {
        return switch (spec.role().category()) {
            case EMBEDDING -> !freeze.embeddings();
            case HEAD -> !freeze.head();
            case FINAL_NORM -> !freeze.finalNorm();
            case ATTENTION, FEED_FORWARD, NORM -> false;
        };
    }

    /** round(ratio·count), halves up, at least 1. In decimals, for 0.29 of 50 are 14.5 and not 14.499999999999998. */
    private static int portion(double ratio, int count) {
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
