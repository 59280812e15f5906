package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;

/**
 * A machine that runs ops: its memory, its operations and its clock. One owner makes it and closes it; closing while
 * memory is still held is an error that names the category.
 */
public interface Backend extends AutoCloseable {

    /** What runs the ops, in a few words: {@code NVIDIA H200, cuBLAS 13.1}; {@code CPU, 2 threads, …}. */
    String description();

    /** {@link #description} with versions, paths and the form of the kernels. */
    default String details() {
        return description();
    }

    Ops ops();

    /** Where the time of a step goes. */
    Timeline timeline();

    MemoryLedger memory();

    /** How weights and activations are stored. */
    DType storage();

    /**
     * Bytes that the backend allocates when it is opened, for use inside its ops; they count as {@link
     * MemoryCategory#WORKSPACE}.
     */
    default long ownBytes() {
        return 0;
    }

    /**
     * Lengths that vary from batch to batch are padded to multiples of this, so that one {@linkplain #replay graph}
     * serves many batches; 1: nothing is captured, and nothing is padded.
     */
    default int padding() {
        return 1;
    }

    /**
     * Checks a model before training begins.
     *
     * @throws org.halftune.problem.InputError if attention cannot do heads of this size here
     */
    default void requireHeadSize(int headSize) {}

    /** Bytes of logits at one time: enough rows for efficient products, little compared to a model with such a vocabulary. */
    default long logitsBytes() {
        return 64L << 20;
    }

    /**
     * Runs ops that under an equal key launch exactly the same on the same tensors; only what the tensors hold may differ. A
     * backend may capture them once as a graph and from then on replay the graph, without running {@code ops} again.
     */
    default void replay(Object key, Runnable ops) {
        ops.run();
    }

    /** Bytes that may still be allocated, as the machine reports them. */
    long availableBytes();

    /** Reserves zeroed memory. Only {@link DeviceArena} calls it. */
    MemorySegment allocate(MemoryCategory category, long bytes);

    /** Gives back what {@link #allocate} returned. */
    void free(MemoryCategory category, MemorySegment block);

    /** Copies to a dense tensor, converting element types; {@code source} may be reused when this returns. */
    void upload(Tensor target, HostTensor source);

    /**
     * Copies integers or floats to a dense tensor of the same type, concurrently with the queued ops, none of which may use it;
     * ops see them after {@link #take}. {@code source} may be reused when this returns.
     */
    default void uploadAhead(Tensor target, HostTensor source) {
        upload(target, source);
    }

    /**
     * {@code y = x}, of the same size and type, where x was {@linkplain #uploadAhead uploaded ahead}: ops wait for it, the host
     * does not.
     */
    default void take(Tensor y, Tensor x) {
        ops().copy(y, x);
    }

    /** Waits for the ops before it and copies a dense tensor to the heap, in its own element type. */
    HostTensor download(Tensor source);

    /**
     * The elements of a dense tensor as they are when they are read, without a copy on the heap. Reading waits for the ops queued
     * before. Only one stream may be read at a time.
     */
    default TensorStream stream(Tensor source) {
        return download(source);
    }

    /** Waits until everything queued is done. */
    void synchronize();

    @Override
    void close();
}
