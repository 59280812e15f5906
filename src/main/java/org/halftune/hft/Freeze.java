package org.halftune.hft;

import org.halftune.model.ParameterRole;

/**
 * Which parameters outside the layers are frozen, for every strategy. By default none are, as in the paper. In a small
 * model with a large vocabulary most parameters are in embeddings and head; freezing them saves memory.
 *
 * @param embeddings freezes also a tied head, which is the same matrix
 * @param head only for an untied head, or together with {@code embeddings}
 */
public record Freeze(boolean embeddings, boolean head, boolean finalNorm) {

    /** Everything outside the layers is trainable. */
    public static final Freeze NOTHING = new Freeze(false, false, false);

    /** Whether a parameter outside the layers is frozen. A tied head is no parameter of its own. */
    boolean freezes(ParameterRole role) {
        return switch (role) {
            case EMBEDDING -> embeddings;
            case HEAD -> head;
            case FINAL_NORM -> finalNorm;
            default -> throw new IllegalArgumentException(role + " is in the layers");
        };
    }

    /** The same, with frozen embeddings. */
    Freeze withEmbeddings() {
        return new Freeze(true, head, finalNorm);
    }
}
