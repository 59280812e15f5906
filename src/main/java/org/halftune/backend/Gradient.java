package org.halftune.backend;

/**
 * The gradient of one trainable parameter. The first contribution of a step overwrites, later ones add, so that no pass
 * over memory is spent on zeroing.
 */
public final class Gradient {
    private final Tensor tensor;
    private boolean written;

    public Gradient(Tensor tensor) {
        this.tensor = tensor;
    }

    public Tensor tensor() {
        return tensor;
    }

    /** Forgets the contributions of the last step. */
    public void reset() {
        written = false;
    }

    /** For ops: whether to add ({@code true}) or to overwrite. Counts as a contribution, so each op asks once. */
    public boolean accumulate() {
        boolean before = written;
        written = true;
        return before;
    }

    /** Whether anything was written in this step. */
    public boolean written() {
        return written;
    }
}
