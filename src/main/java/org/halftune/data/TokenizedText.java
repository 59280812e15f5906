package org.halftune.data;

import java.util.Arrays;

/**
 * The tokens of a text with their offsets.
 *
 * @param ids [n]
 * @param starts [n] index of the token's first {@code char} in the text; -1 for a token that the tokenizer added (BOS)
 * @param ends [n] index after the token's last {@code char}; -1 for an added token. {@code start == end} is possible if
 *     the tokenizer drops white space. Tokens that share a character share its offsets.
 */
@SuppressWarnings("ArrayRecordComponent") // short-lived; never compared
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

    /** Appends {@code next}, whose text starts at {@code offset} of this text. */
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

    /** Removes a BOS or EOS that the tokenizer added if the text already has one. */
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

    /** Whether the tokenizer added this token (BOS, EOS); it is not in the text. */
    boolean added(int token) {
        return starts[token] < 0;
    }
}
