package org.halftune.generate;

/** Receives each new token and may end its sequence. */
@FunctionalInterface
public interface TokenListener {

    /** Accepts every token. */
    TokenListener SILENT = (_, _) -> true;

    /**
     * @param prompt index of the prompt in the caller's list
     * @param token the new id; never an end token
     * @return false to end this sequence
     */
    boolean accept(int prompt, int token);

    /** Called when the completion of {@code prompt} is finished. */
    default void ended(int prompt) {}
}
