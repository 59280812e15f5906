package org.halftune.backend;

import org.halftune.tensor.DType;

/**
 * Hands out tensors. Code that lays out buffers takes an {@code Allocator}: it first {@linkplain
 * Measure measures} what it needs, then runs again on a {@link DeviceArena} of exactly that size.
 */
public interface Allocator {

    /** Every tensor starts at a multiple of this many bytes. */
    int ALIGNMENT = 256;

    /** A new zeroed tensor. */
    Tensor allocate(DType dtype, long... dims);

    /** How the backend {@linkplain Backend#storage stores} weights and activations. */
    DType storage();

    /** A new zeroed tensor of weights or activations. */
    default Tensor stored(long... dims) {
        return allocate(storage(), dims);
    }

    /** A new zeroed tensor of floats: gradients of weights, optimizer state, what ops reduce to. */
    default Tensor floats(long... dims) {
        return allocate(DType.F32, dims);
    }

    /** A new zeroed tensor of 32-bit integers. */
    default Tensor ints(long... dims) {
        return allocate(DType.I32, dims);
    }

    /** {@code bytes} rounded up to {@link #ALIGNMENT}. */
    static long aligned(long bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
