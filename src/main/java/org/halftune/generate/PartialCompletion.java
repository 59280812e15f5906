package org.halftune.generate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A completion that is being generated. */
final class PartialCompletion {
    private final int prompt;
    private final int[] promptTokens;
    private final int limit;
    private final FinishReason atLimit;
    private final int[] tokens;
    private int length;
    private @Nullable FinishReason reason;

    /** @param prompt index of the prompt in the caller's list */
    PartialCompletion(int prompt, int[] promptTokens, int maxNewTokens, int maxPositions) {
        int room = maxPositions - promptTokens.length;
        this.prompt = prompt;
        this.promptTokens = promptTokens;
        this.limit = Math.min(maxNewTokens, room);
        this.atLimit = room < maxNewTokens ? FinishReason.POSITIONS : FinishReason.LENGTH;
        this.tokens = new int[limit];
    }

    /** Adds a token and checks the stopping criteria. */
    void append(int token, StopConditions conditions, TokenListener listener) {
        tokens[length++] = token;
        if (conditions.endTokens().contains(token)) reason = FinishReason.END_TOKEN;
        else if (!listener.accept(prompt, token)) reason = FinishReason.LISTENER;
        else if (length == limit) reason = atLimit;
        if (reason != null) listener.ended(prompt);
    }

    boolean open() {
        return reason == null;
    }

    int prompt() {
        return prompt;
    }

    int[] promptTokens() {
        return promptTokens;
    }

    /** Number of new tokens so far. */
    int length() {
        return length;
    }

    /** The new tokens so far. */
    int[] generated() {
        return Arrays.copyOf(tokens, length);
    }

    /** The newest token. */
    int last() {
        return tokens[length - 1];
    }

    Completion completion() {
        if (reason == null) throw new IllegalStateException("prompt " + prompt + " is not finished");
        return new Completion(Arrays.copyOf(tokens, length), reason);
    }
}
