package org.halftune.generate;

/** Why a completion ended. */
public enum FinishReason {
    /** The model wrote an end token. */
    END_TOKEN,
    /** The asked-for number of new tokens is reached. */
    LENGTH,
    /** The model has no more positions. */
    POSITIONS,
    /** The {@link TokenListener} had enough. */
    LISTENER
}
