package org.halftune.generate;

import java.util.Arrays;
import org.halftune.data.Tokenizer;

/** The tokens of a text that is to go on. */
final class PromptTokens {
    private PromptTokens() {}

    /** With what the tokenizer's rule puts before a text (BOS), if {@code addSpecialTokens}; never with an EOS of that rule. */
    static int[] of(Tokenizer tokenizer, String text, boolean addSpecialTokens) {
        int[] ids = tokenizer.encode(text, addSpecialTokens);
        var eos = tokenizer.special().eos();
        boolean added = eos != null && ids.length > 0 && ids[ids.length - 1] == eos.id() && !text.endsWith(eos.text());
        return added ? Arrays.copyOf(ids, ids.length - 1) : ids;
    }
}
