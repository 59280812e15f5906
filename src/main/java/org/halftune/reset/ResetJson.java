package org.halftune.reset;

import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.hft.HalfReset;
import org.halftune.hft.Ratios;
import org.halftune.hft.SelectionOrigin;
import org.halftune.hft.Strategy;
import tools.jackson.databind.node.ObjectNode;

/** The fields of {@code reset.json} about one half-reset. */
final class ResetJson {
    private ResetJson() {}

    /** Strategy, ratio, seed and round as in {@code selection.json}, and how much goes back. */
    static void put(ObjectNode json, HalfReset reset) {
        switch (reset.reset().origin()) {
            case SelectionOrigin.Drawn(Strategy strategy, long seed, int round) -> {
                put(json, strategy);
                json.put("seed", seed).put("round", round);
            }
            case SelectionOrigin.Fixed(Strategy strategy) -> put(json, strategy);
            case SelectionOrigin.Everything _,
                    SelectionOrigin.LeastImportant _,
                    SelectionOrigin.Matched _,
                    SelectionOrigin.Listed _ -> {} // the list of tensors says it
        }
        var count = reset.reset().count();
        json.put("inverse", reset.inverse())
                .put("parameters_reset", count.trainable())
                .put("parameters", count.total())
                .put("tensors_reset", count.matricesTrainable())
                .put("tensors", count.matrices());
    }

    private static void put(ObjectNode json, Strategy strategy) {
        json.put("strategy", strategy.key());
        var ratios = strategy.ratios();
        if (ratios.uniform()) json.put("ratio", ratios.attention());
        else json.put("ratio", ratios.text());
    }

    /** The ratio of a strategy's selection. */
    static Optional<String> ratio(HalfReset reset) {
        return switch (reset.reset().origin()) {
            case SelectionOrigin.Drawn drawn ->
                Optional.of(text(drawn.strategy().ratios()));
            case SelectionOrigin.Fixed fixed ->
                Optional.of(text(fixed.strategy().ratios()));
            case SelectionOrigin.LeastImportant least -> Optional.of(text(least.ratios()));
            case SelectionOrigin.Everything _, SelectionOrigin.Matched _, SelectionOrigin.Listed _ -> Optional.empty();
        };
    }

    private static String text(Ratios ratios) {
        return ratios.uniform() ? Amounts.number(ratios.attention()) : ratios.text();
    }
}
