package org.halftune.hft;

import java.util.Random;
import java.util.Set;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Rope;
import org.halftune.tensor.DType;

/** Configurations for draws. */
final class Models {

    private Models() {}

    /** Two query heads per key head, an untied head, and all matrix sizes different. */
    static LlamaConfig ofLayers(int layers) {
        return of(layers, 4, 2, false);
    }

    static LlamaConfig tied(int layers) {
        return of(layers, 4, 2, true);
    }

    /** No grouping: all four attention matrices have the same size. */
    static LlamaConfig ungrouped(int layers) {
        return of(layers, 4, 4, false);
    }

    /** 1 to 40 layers, grouped or not, tied or not. */
    static LlamaConfig random(Random random) {
        int keyValueHeads = 1 << random.nextInt(3);
        return of(1 + random.nextInt(40), keyValueHeads << random.nextInt(3), keyValueHeads, random.nextBoolean());
    }

    private static LlamaConfig of(int layers, int heads, int keyValueHeads, boolean tied) {
        int headSize = 8;
        int hidden = heads * headSize;
        return new LlamaConfig(
                96,
                hidden,
                3 * hidden - 8,
                layers,
                heads,
                keyValueHeads,
                headSize,
                64,
                1e-5f,
                new Rope.Default(10_000),
                tied,
                0.02f,
                DType.F32);
    }

    /** Parameters listed by hand. */
    static Selection selection(LlamaConfig config, Set<String> trainable) {
        return new Selection(new SelectionOrigin.Listed(), trainable, ParameterSpec.all(config));
    }
}
