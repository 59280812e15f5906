package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/** An allocator that gives shapes without memory and adds up what they would take. */
public final class Measure implements Allocator {
    private final DType storage;
    private long bytes;

    private Measure(DType storage) {
        this.storage = storage;
    }

    /** Bytes that {@code layout} asks for on a backend that stores weights and activations as {@code storage}. */
    public static long of(DType storage, Consumer<Allocator> layout) {
        var measure = new Measure(storage);
        layout.accept(measure);
        return measure.bytes;
    }

    @Override
    public Tensor allocate(DType dtype, long... dims) {
        var shape = Shape.of(dims);
        long size = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
        bytes = Math.addExact(bytes, Allocator.aligned(size));
        return Tensor.dense(dtype, shape, MemorySegment.NULL.reinterpret(size));
    }

    @Override
    public DType storage() {
        return storage;
    }
}
