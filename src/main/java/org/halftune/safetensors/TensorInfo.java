package org.halftune.safetensors;

import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/** Name, type and shape of a tensor. */
public record TensorInfo(String name, DType dtype, Shape shape) {

    /** Size of the elements in bytes. */
    public long bytes() {
        return Math.multiplyExact(shape.elements(), (long) dtype.bytes());
    }
}
