package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;

/**
 * A backend with less memory than it has, for one training: an allocation beyond the limit fails as it would on a smaller
 * device. The backend's {@linkplain Backend#ownBytes own memory} counts.
 *
 * <p>Closing frees what was allocated through it and not freed, so that a model whose allocation failed halfway leaves no memory
 * taken. It does not close the backend.
 */
public final class LimitedBackend implements Backend {

    private record Allocation(MemoryCategory category, MemorySegment memory) {}

    private final Backend backend;
    private final long limit;
    private final List<Allocation> held = new ArrayList<>();

    /** @param limit bytes that may be held at one time */
    public LimitedBackend(Backend backend, long limit) {
        this.backend = backend;
        this.limit = limit;
    }

    @Override
    public long availableBytes() {
        return Math.min(backend.availableBytes(), Math.max(0, limit - memory().total()));
    }

    @Override
    public MemorySegment allocate(MemoryCategory category, long bytes) {
        long total = memory().total();
        if (bytes > limit - total) {
            throw new OutOfDeviceMemory(new OutOfDeviceMemory.State(
                    "the memory budget",
                    description(),
                    "the budget is " + limit + " bytes",
                    Optional.of(category),
                    bytes,
                    Math.max(0, limit - total),
                    0,
                    memory().held()));
        }
        var memory = backend.allocate(category, bytes);
        held.add(new Allocation(category, memory));
        return memory;
    }

    @Override
    public void free(MemoryCategory category, MemorySegment block) {
        held.remove(new Allocation(category, block));
        backend.free(category, block);
    }

    @Override
    public void close() {
        for (var block : List.copyOf(held)) free(block.category, block.memory);
    }

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
