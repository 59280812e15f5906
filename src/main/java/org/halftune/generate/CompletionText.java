package org.halftune.generate;

import java.util.List;
import java.util.function.Consumer;
import org.halftune.data.Tokenizer;

/** Decodes the tokens of one completion as they arrive. */
public final class CompletionText {
    private final StringBuilder text = new StringBuilder();
    private final TextStream stream;
    private final StopText stop;

    /**
     * @param prompt tokens of the prompt
     * @param stops stop strings
     * @param output receives each piece of text once it is complete
     */
    public CompletionText(Tokenizer tokenizer, int[] prompt, List<String> stops, Consumer<String> output) {
        stop = new StopText(stops, piece -> {
            text.append(piece);
            output.accept(piece);
        });
        stream = new TextStream(prompt, ids -> tokenizer.decode(ids, true), stop::accept);
    }

    /** Returns false if a stop string was found. */
    public boolean accept(int token) {
        stream.accept(token);
        return !stop.found();
    }

    /** The whole text, without the stop string. */
    public String end() {
        stream.end();
        stop.end();
        return text.toString();
    }
}
