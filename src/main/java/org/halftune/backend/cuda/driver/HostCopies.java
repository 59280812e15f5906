package org.halftune.backend.cuda.driver;

import java.lang.foreign.MemorySegment;

/** Copies between host and device, on the stream of the ops. */
public interface HostCopies {
    /** Most bytes of one copy. */
    long SLOT_BYTES = 4 << 20;

    /** Takes the bytes from {@code place} on. */
    @FunctionalInterface
    interface Taker<E extends Exception> {
        void take(MemorySegment piece, long place) throws E;
    }

    /** Queues a copy of {@code source} to a device address. The source may be reused when this returns. */
    void toDevice(long target, MemorySegment source);

    /**
     * Waits for what is queued and copies to the host.
     *
     * @param taker is given the pieces in order, each with its place; a piece is valid only during the call
     */
    <E extends Exception> void toHost(long source, long bytes, Taker<E> taker) throws E;
}
