package org.halftune.data;

import java.util.List;
import org.halftune.chat.Span;

/** Turns the spans of a text that are trained on into labels. */
final class TokenMask {

    private TokenMask() {}

    /**
     * A token is trained on if it shares a character with one of the spans. A token that the tokenizer added (BOS, EOS)
     * counts as the first or last character of the text.
     *
     * @param trained spans in order, not overlapping
     * @return [n] the token's id if it is trained on, else {@link Example#IGNORED}
     */
    static int[] labels(TokenizedText tokens, List<Span> trained, int textLength) {
        int[] labels = new int[tokens.size()];
        boolean textSeen = false;
        int span = 0;
        for (int i = 0; i < labels.length; i++) {
            int start;
            int end;
            if (tokens.added(i)) {
                start = textSeen ? textLength - 1 : 0;
                end = start + 1;
            } else {
                textSeen = true;
                end = tokens.ends()[i];
                start = Math.min(tokens.starts()[i], end - 1); // an empty token is white space before its end
            }
            while (span < trained.size() && trained.get(span).end() <= start) span++;
            boolean trainedOn = span < trained.size() && trained.get(span).start() < end;
            labels[i] = trainedOn ? tokens.ids()[i] : Example.IGNORED;
        }
        return labels;
    }
}
