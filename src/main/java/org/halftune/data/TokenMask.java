package org.halftune.data;

import java.util.List;
import org.halftune.chat.Span;

/** Which tokens are learnt, given which stretches of the text are. */
final class TokenMask {

    private TokenMask() {}

    /**
     * A token is learnt if it shares a character with a learnt stretch. One that the tokenizer added (BOS, EOS) goes with the
     * text's first or last character.
     *
     * @param trained in order, not overlapping
     * @return [n] the token's own id where it is learnt, {@link Example#IGNORED} elsewhere
     */
    static int[] labels(TokenizedText tokens, List<Span> trained, int textLength) {
        int[] labels = new int[tokens.size()];
        boolean textSeen = false;
        int stretch = 0;
        for (int i = 0; i < labels.length; i++) {
            int start;
            int end;
            if (tokens.added(i)) {
                start = textSeen ? textLength - 1 : 0;
                end = start + 1;
            } else {
                textSeen = true;
                end = tokens.ends()[i];
                start = Math.min(tokens.starts()[i], end - 1); // a token without place is white space before its end
            }
            while (stretch < trained.size() && trained.get(stretch).end() <= start) stretch++;
            boolean trainedOn = stretch < trained.size() && trained.get(stretch).start() < end;
            labels[i] = trainedOn ? tokens.ids()[i] : Example.IGNORED;
        }
        return labels;
    }
}
