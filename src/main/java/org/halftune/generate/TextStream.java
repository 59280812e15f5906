package org.halftune.generate;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Decodes tokens one by one. A character may span several tokens (bytes of UTF-8), and a token may decode differently
 * at the start of a text (Llama 2's leading space). So each token is decoded together with those before it, and only
 * the added text is passed on. An incomplete character is held back.
 */
public final class TextStream {
    /** The decoder's output for invalid or incomplete UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';
    /** Number of prompt tokens decoded as context of the first new token. */
    private static final int CONTEXT = 5;

    private final Function<int[], String> decode;
    private final Consumer<String> sink;
    private int[] tokens;
    /** Number of leading tokens that are already passed on and serve as context. */
    private int passed;

    /**
     * @param prompt tokens of the prompt, which are not passed on
     * @param decode decodes ids to text
     * @param sink receives the pieces of the text
     */
    public TextStream(int[] prompt, Function<int[], String> decode, Consumer<String> sink) {
        this.tokens = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - CONTEXT), prompt.length);
        this.passed = tokens.length;
        this.decode = decode;
        this.sink = sink;
    }

    public void accept(int token) {
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = token;
        pass(false);
    }

    /** Ends the text and passes on what was held back, even if it is an incomplete character. */
    public void end() {
        pass(true);
    }

    private void pass(boolean incomplete) {
        String before = decode.apply(Arrays.copyOf(tokens, passed));
        String all = decode.apply(tokens);
        if (all.length() <= before.length()) return;
        if (!incomplete && all.charAt(all.length() - 1) == REPLACEMENT) return;
        sink.accept(all.substring(before.length()));
        tokens = Arrays.copyOfRange(tokens, passed, tokens.length);
        passed = tokens.length;
    }
}
