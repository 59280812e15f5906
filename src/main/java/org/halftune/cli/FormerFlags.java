package org.halftune.cli;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Flags of earlier versions. Using one is an error that names its replacement. */
final class FormerFlags {
    /** @param flag the replacement */
    private record Successor(String flag, String hint) {}

    private static final Map<String, Successor> BY_NAME = Map.of(
            "stochastic_rounding",
            new Successor(
                    "masters",
                    "leave it out: --weight_rounding stochastic is the default; --masters none is what --stochastic_rounding true did"));

    private FormerFlags() {}

    /** @param known the command's flags */
    static Optional<String> hint(String name, Collection<String> known) {
        return Optional.ofNullable(BY_NAME.get(name))
                .filter(successor -> known.contains(successor.flag))
                .map(Successor::hint);
    }
}
