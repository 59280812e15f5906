package org.halftune.hft;

import java.util.List;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;

/** How the trainable matrices of a round are drawn from (seed, round). */
public sealed interface Strategy {

    /** The values of {@code hft_strategy}. */
    List<String> KEYS = List.of("category", "layer", "model");

    /** The trainable fraction, 0 &lt; ratio ≤ 1. Each strategy says of what. */
    double ratio();

    /** HFT's default: a fraction of every category in every layer (paper, section 2.2). */
    record Category(double ratio) implements Strategy {
        public Category {
            requireShare(ratio);
        }
    }

    /** Whole layers: a fraction of their number. */
    record Layer(double ratio) implements Strategy {
        public Layer {
            requireShare(ratio);
        }
    }

    /** Matrices of all layers, up to a fraction of their parameters. */
    record Model(double ratio) implements Strategy {
        public Model {
            requireShare(ratio);
        }
    }

    /** The value for this strategy in {@code hft_strategy} and {@code selection.json}. */
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
                        "unknown strategy '" + key + "'",
                        "hft_strategy",
                        Spelling.didYouMean(key, KEYS, "choose one of " + String.join(", ", KEYS)));
        };
    }

    private static void requireShare(double ratio) {
        if (ratio > 0 && ratio <= 1) return; // false for NaN
        throw new InputError(
                "hft_ratio " + ratio + " is not a fraction",
                "hft_ratio",
                "set it to a number above 0 and at most 1: 0.5 trains half of the layers' parameters, 1 all of them");
    }
}
