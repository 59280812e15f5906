package org.halftune.data;

import java.util.Arrays;

/**
 * Tokenizes a prompt and what follows it so that training sees the tokens that generation will see.
 *
 * <p>TRL tokenizes the whole text, and masks as many tokens as the prompt has alone. That is done here too, as long as the
 * whole begins with the prompt's tokens. It does not where the tokenizer joins the two ({@code "Answer:" + "B"} holds the
 * token {@code ":B"} in Llama 3's vocabulary): there TRL warns, masks the joint token, and the answer is never learnt. Here
 * both parts are tokenized apart then: at generation the prompt stands alone as well. If that would change the text, which it
 * does with tokenizers that put a space before every text (Llama 2), the joint token stays, and is learnt.
 */
final class PromptBoundary {

    private PromptBoundary() {}

    /** @param boundary length of the prompt, in chars of {@code text}; 0 if nothing is to be kept apart */
    static TokenizedText tokenize(Tokenizer tokenizer, String text, int boundary, boolean addSpecialTokens) {
        TokenizedText whole = tokenizer.tokenize(text, addSpecialTokens).once(tokenizer.special());
        if (boundary == 0 || boundary == text.length()) return whole;
        TokenizedText prompt = tokenizer
                .tokenize(text.substring(0, boundary), addSpecialTokens)
                .once(tokenizer.special());
        int promptSize = endOfText(prompt); // without an EOS of the tokenizer's own
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

    /** How many tokens stand before those that the tokenizer added at the end. */
    static int endOfText(TokenizedText tokens) {
        int end = tokens.size();
        while (end > 0 && tokens.added(end - 1)) end--;
        return end;
    }
}
