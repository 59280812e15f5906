package org.halftune.data;

import java.util.Arrays;

/**
 * Tokenizes a prompt and its completion so that training sees the same prompt tokens as generation.
 *
 * <p>TRL tokenizes the joined text and masks as many tokens as the prompt has alone. Halftune does the same if the
 * joined text starts with the prompt's tokens. It may not: with Llama 3's vocabulary {@code "Answer:" + "B"} contains
 * the token {@code ":B"}. There TRL warns and masks this token, so the answer is not trained on. Halftune tokenizes
 * prompt and completion separately instead, as generation does. If that would change the text, as with tokenizers that
 * put a space before every text (Llama 2), the token across the boundary stays and is trained on.
 */
final class PromptBoundary {

    private PromptBoundary() {}

    /** @param boundary length of the prompt in chars of {@code text}; 0 if there is no prompt */
    static TokenizedText tokenize(Tokenizer tokenizer, String text, int boundary, boolean addSpecialTokens) {
        TokenizedText whole = tokenizer.tokenize(text, addSpecialTokens).once(tokenizer.special());
        if (boundary == 0 || boundary == text.length()) return whole;
        TokenizedText prompt = tokenizer
                .tokenize(text.substring(0, boundary), addSpecialTokens)
                .once(tokenizer.special());
        int promptSize = endOfText(prompt); // without an EOS that the tokenizer added
        boolean prefix =
                promptSize <= whole.size() && Arrays.equals(prompt.ids(), 0, promptSize, whole.ids(), 0, promptSize);
        if (prefix) return whole;
        TokenizedText rest = tokenizer.tokenize(text.substring(boundary), false);
        TokenizedText apart = prompt.part(0, promptSize)
                .followedBy(rest, boundary)
                .followedBy(whole.part(endOfText(whole), whole.size()), 0);
        boolean sameText = tokenizer.decode(apart.ids(), false).equals(tokenizer.decode(whole.ids(), false));
        return sameText ? apart : whole;
    }

    /** Whether one token has characters on both sides of {@code boundary}. */
    static boolean isShared(TokenizedText tokens, int boundary) {
        for (int i = 0; i < tokens.size(); i++) {
            if (!tokens.added(i) && tokens.starts()[i] < boundary && tokens.ends()[i] > boundary) return true;
        }
        return false;
    }

    /** Number of tokens without those that the tokenizer added at the end. */
    static int endOfText(TokenizedText tokens) {
        int end = tokens.size();
        while (end > 0 && tokens.added(end - 1)) end--;
        return end;
    }
}
