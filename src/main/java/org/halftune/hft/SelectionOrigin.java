package org.halftune.hft;

/** How a selection was made. */
public sealed interface SelectionOrigin {

    /** Full fine-tuning: all parameters. */
    record Everything() implements SelectionOrigin {}

    /** Drawn at random. The same values and the same {@link Freeze} give the same selection. */
    record Drawn(Strategy strategy, long seed, int round) implements SelectionOrigin {}

    /** Listed by hand. */
    record Listed() implements SelectionOrigin {}
}
