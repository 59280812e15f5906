package org.halftune.data;

/**
 * A tokenized text with the place of every token in it.
 *
 * @param ids [n]
 * @param starts [n] index of the token's first {@code char} in the text; -1 for a token the tokenizer added itself (BOS)
 * @param ends [n] index after its last {@code char}; -1 likewise. Tokenizers may leave white space out: then
 *     {@code start == end} is possible. Several tokens of one character share its place.
 */
@SuppressWarnings("ArrayRecordComponent") // hot path: nobody keeps or compares it
public record Tokens(int[] ids, int[] starts, int[] ends) {

    public int size() {
        return ids.length;
    }

    /** Whether the tokenizer added this token, as BOS or EOS, rather than found it in the text. */
    boolean added(int token) {
        return starts[token] < 0;
    }
}
