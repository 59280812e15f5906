package org.halftune.data;

import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The special tokens of a tokenizer.
 *
 * @param bos starts a text; the tokenizer's own rule says whether it is added
 * @param eos ends a text; training appends it
 * @param pad not used by Halftune, because batches have no padding
 * @param stopIds ids that end generation: EOS and the ones in {@code generation_config.json}
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
