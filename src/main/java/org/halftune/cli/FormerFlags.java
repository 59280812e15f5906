package org.halftune.cli;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Flags of earlier versions. What they did is not done under their name any more, so each is an error that says what to write. */
final class FormerFlags {
    /** @param flag the one that took its place */
    private record Successor(String flag, String hint) {}

    private static final Map<String, Successor> BY_NAME = Map.of(
            "stochastic_rounding",
            new Successor(
                    "masters",
                    "leave it out: --weight_rounding stochastic is the default, with masters too; --masters none keeps none, as it did when true"));

    private FormerFlags() {}

    /** @param known the flags of the command at hand */
    static Optional<String> hint(String name, Collection<String> known) {
        return Optional.ofNullable(BY_NAME.get(name))
                .filter(successor -> known.contains(successor.flag))
                .map(Successor::hint);
    }
}
