package org.halftune.data;

/** What to do with rows that are preference pairs. */
public enum Preferences {
    /** An error: supervised training has no use for the rejected answer. */
    REFUSED,
    /** They become pairs beside other rows, as when rows are only shown. */
    ACCEPTED,
    /** Every row must be one. */
    REQUIRED
}
