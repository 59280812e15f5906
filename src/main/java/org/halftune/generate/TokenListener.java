package org.halftune.generate;

/** Hears of each new token as it is chosen, and may end its sequence. */
@FunctionalInterface
public interface TokenListener {

    /** Hears everything, ends nothing. */
    TokenListener SILENT = (_, _) -> true;

    /**
     * @param prompt index of the prompt in the caller's list
     * @param token the id just chosen; never an end token
     * @return whether this sequence may go on
     */
    boolean accept(int prompt, int token);

    /** The completion of {@code prompt} is whole. */
    default void ended(int prompt) {}
}
