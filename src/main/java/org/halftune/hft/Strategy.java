package org.halftune.hft;

import java.util.List;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;

/** Which matrices of a round learn. Drawn from (seed, round) alone. */
public sealed interface Strategy {

    /** The words of {@code hft_strategy}. */
    List<String> KEYS = List.of("category", "layer", "model");

    /** The share that learns, 0 &lt; ratio ≤ 1. What it is a share of, each strategy says. */
    double ratio();

    /** HFT's default: a share of every category in every layer (paper, section 2.2). */
    record Category(double ratio) implements Strategy {
        public Category {
            requireShare(ratio);
        }
    }

    /** Whole layers: a share of their count. */
    record Layer(double ratio) implements Strategy {
        public Layer {
            requireShare(ratio);
        }
    }

    /** Matrices of any layer, until the share of the parameters of all layers is reached. */
    record Model(double ratio) implements Strategy {
        public Model {
            requireShare(ratio);
        }
    }

    /** The word for this strategy in {@code hft_strategy} and {@code selection.json}. */
    default String key() {
        return switch (this) {
            case Category _ -> "category";
            case Layer _ -> "layer";
            case Model _ -> "model";
        };
    }

    /**
     * The strategy with this key.
     *
     * @throws InputError if there is no such strategy, or the ratio is not in (0, 1]
     */
    static Strategy of(String key, double ratio) {
        return switch (key) {
            case "category" -> new Category(ratio);
            case "layer" -> new Layer(ratio);
            case "model" -> new Model(ratio);
            default ->
                throw new InputError(
                        "there is no strategy '" + key + "'",
                        "hft_strategy",
                        Spelling.didYouMean(key, KEYS, "choose one of " + String.join(", ", KEYS)));
        };
    }

    private static void requireShare(double ratio) {
        if (ratio > 0 && ratio <= 1) return; // false for NaN
        throw new InputError(
                "a ratio of " + ratio + " is not a share",
                "hft_ratio",
                "give a number above 0 and at most 1; 0.5 trains half, 1 everything in the layers");
    }
}
