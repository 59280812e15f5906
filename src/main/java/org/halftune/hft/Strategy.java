package org.halftune.hft;

import java.util.List;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;

/** How the trainable matrices of a round are chosen without looking at weights or data. */
public sealed interface Strategy {

    /** The values of {@code hft_strategy} that are strategies. */
    List<String> KEYS = List.of("category", "layer", "model", "upper");

    /** The trainable fraction. Each strategy says of what. */
    Ratios ratios();

    /** HFT's default: a fraction of every category in every layer (paper, section 2.2). */
    record Category(Ratios ratios) implements Strategy {
        public Category(double ratio) {
            this(Ratios.all(ratio));
        }
    }

    /** Whole layers: a fraction of their number. */
    record Layer(double ratio) implements Strategy {
        public Layer {
            requireShare(ratio);
        }

        @Override
        public Ratios ratios() {
            return Ratios.all(ratio);
        }
    }

    /** Matrices of all layers, up to a fraction of their parameters. */
    record Model(double ratio) implements Strategy {
        public Model {
            requireShare(ratio);
        }

        @Override
        public Ratios ratios() {
            return Ratios.all(ratio);
        }
    }

    /**
     * The upper layers: a fraction of their number, counted from the top, with final norm and untied head. The embeddings
     * and all layers below stay frozen, so the backward pass ends at the lowest of these layers. Nothing is random.
     */
    record Upper(double ratio) implements Strategy {
        public Upper {
            requireShare(ratio);
        }

        @Override
        public Ratios ratios() {
            return Ratios.all(ratio);
        }
    }

    /** The value for this strategy in {@code hft_strategy} and {@code selection.json}. */
    default String key() {
        return switch (this) {
            case Category _ -> "category";
            case Layer _ -> "layer";
            case Model _ -> "model";
            case Upper _ -> "upper";
        };
    }

    /** Whether the selection depends on seed and round. */
    default boolean random() {
        return !(this instanceof Upper);
    }

    /**
     * The strategy with this key.
     *
     * @throws InputError if there is no such strategy, or it takes only one ratio
     */
    static Strategy of(String key, Ratios ratios) {
        return switch (key) {
            case "category" -> new Category(ratios);
            case "layer" -> new Layer(single(key, ratios));
            case "model" -> new Model(single(key, ratios));
            case "upper" -> new Upper(single(key, ratios));
            default ->
                throw new InputError(
                        "unknown strategy '" + key + "'",
                        "hft_strategy",
                        Spelling.didYouMean(key, KEYS, "choose one of " + String.join(", ", KEYS)));
        };
    }

    /** The strategy with one ratio for all. */
    static Strategy of(String key, double ratio) {
        return of(key, Ratios.all(ratio));
    }

    private static double single(String key, Ratios ratios) {
        if (!ratios.uniform()) requireTakesCategories(key);
        return ratios.attention();
    }

    /** @throws InputError unless the strategy with this key takes a ratio for each category */
    static void requireTakesCategories(String key) {
        if (key.equals("category")) return;
        throw new InputError(
                "hft_strategy " + key + " takes one ratio, not one per category",
                "hft_ratio",
                "give one number, or use hft_strategy category or importance");
    }

    private static void requireShare(double ratio) {
        Ratios.all(ratio);
    }
}
