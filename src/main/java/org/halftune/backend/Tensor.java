package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * A row-major array in a backend's memory; a view that owns nothing. Its bytes live as long as the {@link DeviceArena} that made
 * it. Rows may lie further apart than they are long: so several matrices that one product fills are columns of its result.
 *
 * @param rowStride elements from one index of the outermost dimension to the next
 * @param memory from the first element to the last. On a GPU the address is a device address: only the backend may follow it
 */
public record Tensor(DType dtype, Shape shape, long rowStride, MemorySegment memory) {

    /** Rows one right after another. */
    public static Tensor dense(DType dtype, Shape shape, MemorySegment memory) {
        return new Tensor(dtype, shape, rowLength(shape), memory);
    }

    private static long rowLength(Shape shape) {
        return shape.rank() == 0 ? 1 : Shape.of(innerDims(shape)).elements();
    }

    private static long[] innerDims(Shape shape) {
        return shape.dims().stream().skip(1).mapToLong(Long::longValue).toArray();
    }

    public long elements() {
        return shape.elements();
    }

    public long dim(int i) {
        return shape.dim(i);
    }

    /** Whether rows lie one right after another. */
    public boolean isDense() {
        return rowStride == rowLength(shape) || shape.rank() == 0 || dim(0) <= 1;
    }

    /** Rows {@code from} to {@code to} (exclusive) of the outermost dimension; shares memory with this tensor. */
    public Tensor rows(long from, long to) {
        var dims = shape.dims().stream().mapToLong(Long::longValue).toArray();
        dims[0] = to - from;
        return slice(Shape.of(dims), from * rowStride);
    }

    /** The first {@code count} rows of the outermost dimension. */
    public Tensor rows(long count) {
        return count == shape.dim(0) ? this : rows(0, count);
    }

    /** Columns {@code from} to {@code to} (exclusive) of a matrix; shares memory with this tensor. */
    public Tensor columns(long from, long to) {
        if (shape.rank() != 2) throw new IllegalArgumentException("columns of " + shape);
        return slice(Shape.of(dim(0), to - from), from);
    }

    private Tensor slice(Shape part, long first) {
        long rows = part.dim(0);
        long size = rows == 0 ? 0 : (rows - 1) * rowStride + rowLength(part);
        return new Tensor(dtype, part, rowStride, memory.asSlice(first * dtype.bytes(), size * dtype.bytes()));
    }

    /** The first elements of the same memory in another shape that needs no more of them. */
    public Tensor as(long... dims) {
        if (!isDense()) throw new IllegalArgumentException("rows of " + shape + " do not lie together");
        var other = Shape.of(dims);
        return dense(dtype, other, memory.asSlice(0, other.elements() * dtype.bytes()));
    }
}
