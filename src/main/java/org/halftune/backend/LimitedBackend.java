package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;

/**
 * A backend with less memory than it has: an allocation beyond the limit fails as it would on a smaller device. What the
 * backend {@linkplain Backend#ownBytes holds for itself} counts.
 *
 * <p>Does not own the backend: closing this closes nothing.
 *
 * @param limit bytes that may be held at one time
 */
public record LimitedBackend(Backend backend, long limit) implements Backend {

    @Override
    public long availableBytes() {
        return Math.min(backend.availableBytes(), Math.max(0, limit - memory().total()));
    }

    @Override
    public MemorySegment allocate(Category category, long bytes) {
        long held = memory().total();
        if (bytes > limit - held) {
            throw new OutOfDeviceMemory(new OutOfDeviceMemory.State(
                    "the memory budget",
                    description(),
                    "the budget is " + limit + " bytes",
                    Optional.of(category),
                    bytes,
                    Math.max(0, limit - held),
                    0,
                    memory().held()));
        }
        return backend.allocate(category, bytes);
    }

    @Override
    public void close() {}

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public String details() {
        return backend.details();
    }

    @Override
    public Ops ops() {
        return backend.ops();
    }

    @Override
    public Timeline timeline() {
        return backend.timeline();
    }

    @Override
    public MemoryLedger memory() {
        return backend.memory();
    }

    @Override
    public DType storage() {
        return backend.storage();
    }

    @Override
    public long ownBytes() {
        return backend.ownBytes();
    }

    @Override
    public int padding() {
        return backend.padding();
    }

    @Override
    public void requireHeadSize(int headSize) {
        backend.requireHeadSize(headSize);
    }

    @Override
    public long logitsBytes() {
        return backend.logitsBytes();
    }

    @Override
    public void replay(Object key, Runnable ops) {
        backend.replay(key, ops);
    }

    @Override
    public void free(Category category, MemorySegment block) {
        backend.free(category, block);
    }

    @Override
    public void upload(Tensor target, HostTensor source) {
        backend.upload(target, source);
    }

    @Override
    public void uploadAhead(Tensor target, HostTensor source) {
        backend.uploadAhead(target, source);
    }

    @Override
    public void take(Tensor y, Tensor x) {
        backend.take(y, x);
    }

    @Override
    public HostTensor download(Tensor source) {
        return backend.download(source);
    }

    @Override
    public TensorStream stream(Tensor source) {
        return backend.stream(source);
    }

    @Override
    public void synchronize() {
        backend.synchronize();
    }
}
