package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * A dense row-major array in a backend's memory; a view that owns nothing. Its bytes live as long as the {@link Arena}
 * that made it.
 *
 * @param memory exactly the array's bytes. On a GPU the address is a device address: only the backend may follow it
 */
public record Tensor(DType dtype, Shape shape, MemorySegment memory) {

    public long elements() {
        return shape.elements();
    }

    public long dim(int i) {
        return shape.dim(i);
    }

    /** Rows {@code from} to {@code to} (exclusive) of the outermost dimension; shares memory with this tensor. */
    public Tensor rows(long from, long to) {
        var dims = shape.dims().stream().mapToLong(Long::longValue).toArray();
        long row = dims[0] == 0 ? 0 : memory.byteSize() / dims[0];
        dims[0] = to - from;
        return new Tensor(dtype, Shape.of(dims), memory.asSlice(from * row, (to - from) * row));
    }

    /** The first {@code count} rows of the outermost dimension. */
    public Tensor rows(long count) {
        return count == shape.dim(0) ? this : rows(0, count);
    }

    /** The first elements of the same memory in another shape that needs no more of them. */
    public Tensor as(long... dims) {
        var other = Shape.of(dims);
        return new Tensor(dtype, other, memory.asSlice(0, other.elements() * dtype.bytes()));
    }
}
