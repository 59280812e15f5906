package org.halftune.compare;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.MemoryLedger;
import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;
import org.halftune.backend.Timeline;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;

/**
 * A backend lent to one contender. Closing frees what was allocated through it and not freed: a model whose allocation failed
 * halfway leaves nothing that the next one would miss. Does not close the backend.
 */
final class LentBackend implements Backend {

    private record Block(Category category, MemorySegment memory) {}

    private final Backend backend;
    private final List<Block> held = new ArrayList<>();

    LentBackend(Backend backend) {
        this.backend = backend;
    }

    @Override
    public MemorySegment allocate(Category category, long bytes) {
        var memory = backend.allocate(category, bytes);
        held.add(new Block(category, memory));
        return memory;
    }

    @Override
    public void free(Category category, MemorySegment block) {
        held.remove(new Block(category, block));
        backend.free(category, block);
    }

    @Override
    public void close() {
        for (var block : List.copyOf(held)) free(block.category, block.memory);
    }

    @Override
    public long availableBytes() {
        return backend.availableBytes();
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
