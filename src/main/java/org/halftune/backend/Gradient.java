package org.halftune.backend;

/**
 * The gradient of one trainable parameter in device memory. The first contribution of a step overwrites it and later ones add,
 * so that no launch is spent on zeroing.
 */
public final class Gradient {
    private final Tensor tensor;
    private boolean adds;

    public Gradient(Tensor tensor) {
        this.tensor = tensor;
    }

    public Tensor tensor() {
        return tensor;
    }

    /**
     * Begins the backward pass of one batch.
     *
     * @param adds whether the pass adds to the gradient of earlier batches of the step; else its first contribution overwrites
     */
    public void beginPass(boolean adds) {
        this.adds = adds;
    }

    /** For ops: whether to add ({@code true}) or to overwrite. Each op asks once: later contributions of the pass add. */
    public boolean accumulate() {
        boolean before = adds;
        adds = true;
        return before;
    }
}
