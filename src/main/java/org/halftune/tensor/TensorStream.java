package org.halftune.tensor;

/**
 * A tensor that is read once, in row-major order and in pieces, so that a tensor on a device or in a file is never in
 * host memory as a whole.
 */
public interface TensorStream {
    DType dtype();

    Shape shape();

    /**
     * Reads all elements.
     *
     * @param reader receives flat pieces in order; each is valid only during the call
     */
    <E extends Exception> void forEachPiece(Reader<E> reader) throws E;

    /** Receives the next elements. */
    @FunctionalInterface
    interface Reader<E extends Exception> {
        void read(HostTensor piece) throws E;
    }
}
