package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * A machine that runs ops: its memory, its operations and its clock. One owner makes it and closes it; closing while
 * memory is still held is an error that names the category.
 */
public interface Backend extends AutoCloseable {

    /** What runs the ops, for people: processor or device, threads, the library for products. */
    String description();

    Ops ops();

    /** Where the time of a step goes. */
    Timeline timeline();

    MemoryLedger memory();

    /** How weights and activations are stored. */
    DType storage();

    /** Bytes that may still be allocated, as far as the machine tells. */
    long availableBytes();

    /** Reserves zeroed memory; for {@link Arena}, which everyone else uses. */
    MemorySegment allocate(Category category, long bytes);

    /** Gives back what {@link #allocate} returned. */
    void free(Category category, MemorySegment block);

    /** Copies to the device, converting element types; {@code source} may be reused when this returns. */
    void upload(Tensor target, HostTensor source);

    /** Waits for the ops before it and copies to the heap, in the tensor's own element type. */
    HostTensor download(Tensor source);

    /** Waits until everything queued is done. */
    void synchronize();

    @Override
    void close();
}
