package org.halftune.tensor;

/**
 * A tensor whose elements are read once, in row-major order and piece by piece, so that one which lies on a device or
 * in a file need never be in host memory as a whole.
 */
public interface TensorStream {
    DType dtype();

    Shape shape();

    /**
     * Hands over all elements.
     *
     * @param reader is given flat pieces, one after another; each is valid only during the call
     */
    <E extends Exception> void forEachPiece(Reader<E> reader) throws E;

    /** Takes the next elements. */
    @FunctionalInterface
    interface Reader<E extends Exception> {
        void read(HostTensor piece) throws E;
    }
}
