package org.halftune.generate;

/** Why a completion ended. */
public enum FinishReason {
    /** The model generated an end token. */
    END_TOKEN,
    /** The maximum number of new tokens was reached. */
    LENGTH,
    /** The model has no more positions. */
    POSITIONS,
    /** The {@link TokenListener} stopped it. */
    LISTENER
}
