package org.halftune.generate;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Turns tokens into text one by one. A character may span tokens (bytes of UTF-8) and a token may read differently at the
 * start of a text (Llama 2's leading space), so each new token is decoded together with those before it, and only what it
 * adds is passed on; an incomplete character is held back until it is whole.
 */
public final class TextStream {
    /** What a decoder writes for bytes that are not a character, or not yet. */
    private static final char REPLACEMENT = '\uFFFD';
    /** How many tokens of the prompt are decoded as context of the first new one. */
    private static final int CONTEXT = 5;

    private final Function<int[], String> decode;
    private final Consumer<String> sink;
    private int[] tokens;
    /** The first so many of the tokens are passed on already and stay as context. */
    private int passed;

    /**
     * @param prompt the tokens that the text continues; not passed on
     * @param decode ids to text
     * @param sink takes the pieces; together they are the text
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

    /** Passes on what was held back, even if it never became a character. */
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
