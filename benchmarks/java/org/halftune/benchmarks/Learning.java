package org.halftune.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.halftune.hft.Freeze;
import org.halftune.hft.Selection;
import org.halftune.hft.Strategy;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;

/** Which parameters learn, from the words of JMH's parameters {@code method}, {@code strategy}, {@code ratio}, {@code frozen}. */
sealed interface Learning {
    /** Stands for a parameter that a method does not have. */
    String NONE = "-";

    List<String> FROZEN = List.of("none", "embeddings", "head", "embeddings+head");

    /** Every parameter. */
    record Full() implements Learning {}

    /** Half fine-tuning, or another share. */
    record Half(Strategy strategy, Freeze freeze) implements Learning {}

    /** @throws InputError if a word is not known */
    static Learning of(String method, String strategy, String ratio, String frozen) {
        return switch (method.toUpperCase(Locale.ROOT)) {
            case "FFT" -> new Full();
            case "HFT" -> new Half(Strategy.of(strategy, StepCase.number(ratio, "ratio")), freeze(frozen));
            default -> throw new InputError("there is no method " + method, "-p method", "choose FFT, HFT or both");
        };
    }

    private static Freeze freeze(String frozen) {
        if (!FROZEN.contains(frozen)) {
            throw new InputError("cannot freeze " + frozen, "-p frozen", "choose of " + String.join(", ", FROZEN));
        }
        return new Freeze(frozen.startsWith("embeddings"), frozen.endsWith("head"), false);
    }

    /**
     * The names of the parameters that learn.
     *
     * @throws InputError if the head alone is frozen and tied to the embeddings
     */
    default Set<String> trainable(LlamaConfig config) {
        return switch (this) {
            case Full _ -> Selection.full(config).trainable();
            case Half half ->
                Selection.draw(config, half.strategy(), half.freeze(), 0, 0).trainable();
        };
    }
}
