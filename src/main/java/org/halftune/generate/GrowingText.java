package org.halftune.generate;

import java.util.List;
import java.util.function.Consumer;
import org.halftune.data.Tokenizer;

/** The text of one completion as its tokens come. */
final class GrowingText {
    private final StringBuilder text = new StringBuilder();
    private final TextStream stream;
    private final StopText stop;

    /**
     * @param prompt the tokens that the text continues
     * @param stops texts at which it ends
     * @param heard takes each piece that is certain
     */
    GrowingText(Tokenizer tokenizer, int[] prompt, List<String> stops, Consumer<String> heard) {
        stop = new StopText(stops, piece -> {
            text.append(piece);
            heard.accept(piece);
        });
        stream = new TextStream(prompt, ids -> tokenizer.decode(ids, true), stop::accept);
    }

    /** Returns whether the text may go on. */
    boolean accept(int token) {
        stream.accept(token);
        return !stop.found();
    }

    /** The whole text, without a stop string. */
    String end() {
        stream.end();
        stop.end();
        return text.toString();
    }
}
