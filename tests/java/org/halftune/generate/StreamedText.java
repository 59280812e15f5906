package org.halftune.generate;

import java.util.Arrays;
import java.util.function.Function;

/** Runs a {@link TextStream} over a completion. */
public final class StreamedText {
    private StreamedText() {}

    /** The text of {@code completion} after {@code prompt}. */
    public static String of(int[] prompt, int[] completion, Function<int[], String> decode) {
        var text = new StringBuilder();
        var stream = new TextStream(prompt, decode, text::append);
        for (int token : completion) stream.accept(token);
        stream.end();
        return text.toString();
    }

    /** The new ids without the end token. */
    public static int[] content(Completion completion) {
        int[] tokens = completion.tokens();
        boolean ended = completion.reason() == FinishReason.END_TOKEN;
        return Arrays.copyOf(tokens, tokens.length - (ended ? 1 : 0));
    }
}
