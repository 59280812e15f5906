package org.halftune.data;

import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that have a meaning for training and generation.
 *
 * @param bos stands before a text; whether it is added is the tokenizer's own rule
 * @param eos ends a text; training appends it
 * @param pad never used here (batches have no padding); kept for whoever exports
 * @param stopIds ids at which generation ends: eos and whatever {@code generation_config.json} names beside it
 */
public record SpecialTokens(
        @Nullable SpecialToken bos,
        @Nullable SpecialToken eos,
        @Nullable SpecialToken pad,
        SortedSet<Integer> stopIds) {

    /** Text of the BOS token; null if there is none. */
    public @Nullable String bosText() {
        return bos == null ? null : bos.text();
    }

    /** Text of the EOS token; null if there is none. */
    public @Nullable String eosText() {
        return eos == null ? null : eos.text();
    }

    /** A token's text and id. */
    public record SpecialToken(String text, int id) {}
}
