package org.halftune.reset;

import org.halftune.hft.HalfReset;
import org.halftune.hft.SelectionOrigin;
import tools.jackson.databind.node.ObjectNode;

/** The fields of {@code reset.json} about one half-reset. */
final class ResetJson {
    private ResetJson() {}

    /** Strategy, ratio, seed and round as in {@code selection.json}, and how much goes back. */
    static void put(ObjectNode json, HalfReset reset) {
        if (reset.reset().origin() instanceof SelectionOrigin.Drawn drawn) {
            json.put("strategy", drawn.strategy().key())
                    .put("ratio", drawn.strategy().ratio())
                    .put("seed", drawn.seed())
                    .put("round", drawn.round());
        }
        var count = reset.reset().count();
        json.put("inverse", reset.inverse())
                .put("parameters_reset", count.trainable())
                .put("parameters", count.total())
                .put("tensors_reset", count.matricesTrainable())
                .put("tensors", count.matrices());
    }
}
