package org.halftune.hft;

/** Where a selection comes from. */
public sealed interface SelectionOrigin {

    /** Full fine-tuning: every parameter learns. */
    record Everything() implements SelectionOrigin {}

    /** Drawn at random; the same values draw the same set again, given the same {@link Freeze}. */
    record Drawn(Strategy strategy, long seed, int round) implements SelectionOrigin {}

    /** Listed by hand. */
    record Listed() implements SelectionOrigin {}
}
