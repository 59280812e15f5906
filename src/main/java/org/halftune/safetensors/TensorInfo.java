package org.halftune.safetensors;

import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/** What a header says of one tensor: everything but its elements. */
public record TensorInfo(String name, DType dtype, Shape shape) {

    /** Size of the elements in the file. */
    public long bytes() {
        return Math.multiplyExact(shape.elements(), (long) dtype.bytes());
    }
}
