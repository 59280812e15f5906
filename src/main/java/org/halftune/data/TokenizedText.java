package org.halftune.data;

import java.util.Arrays;

/**
 * A tokenized text with the place of every token in it.
 *
 * @param ids [n]
 * @param starts [n] index of the token's first {@code char} in the text; -1 for a token the tokenizer added itself (BOS)
 * @param ends [n] index after its last {@code char}; -1 likewise. Tokenizers may leave white space out: then
 *     {@code start == end} is possible. Several tokens of one character share its place.
 */
@SuppressWarnings("ArrayRecordComponent") // hot path: nobody keeps or compares it
public record TokenizedText(int[] ids, int[] starts, int[] ends) {

    public int size() {
        return ids.length;
    }

    /** Tokens {@code from} (inclusive) to {@code to} (exclusive). */
    TokenizedText part(int from, int to) {
        return new TokenizedText(
                Arrays.copyOfRange(ids, from, to),
                Arrays.copyOfRange(starts, from, to),
                Arrays.copyOfRange(ends, from, to));
    }

    /** These and then {@code next}, whose text begins at {@code offset} of this one's. */
    TokenizedText followedBy(TokenizedText next, int offset) {
        int n = size();
        int total = n + next.size();
        var all =
                new TokenizedText(Arrays.copyOf(ids, total), Arrays.copyOf(starts, total), Arrays.copyOf(ends, total));
        for (int i = 0; i < next.size(); i++) {
            all.ids[n + i] = next.ids[i];
            all.starts[n + i] = next.added(i) ? -1 : next.starts[i] + offset;
            all.ends[n + i] = next.added(i) ? -1 : next.ends[i] + offset;
        }
        return all;
    }

    /** Without the BOS or EOS that the tokenizer adds where the text has it already. */
    TokenizedText once(SpecialTokens special) {
        int n = size();
        var bos = special.bos();
        var eos = special.eos();
        boolean twoBos = bos != null && n > 1 && added(0) && !added(1) && ids[0] == bos.id() && ids[1] == bos.id();
        boolean twoEos = eos != null
                && n > 1
                && added(n - 1)
                && !added(n - 2)
                && ids[n - 1] == eos.id()
                && ids[n - 2] == eos.id();
        return twoBos || twoEos ? part(twoBos ? 1 : 0, twoEos ? n - 1 : n) : this;
    }

    /** Whether the tokenizer added this token, as BOS or EOS, rather than found it in the text. */
    boolean added(int token) {
        return starts[token] < 0;
    }
}
