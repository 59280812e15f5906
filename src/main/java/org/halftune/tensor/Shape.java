package org.halftune.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The extents of a dense row-major array, outermost first. No dimensions: a scalar. */
public record Shape(List<Long> dims) {

    public Shape {
        dims = List.copyOf(dims);
        for (long d : dims) if (d < 0) throw new IllegalArgumentException("negative extent in " + dims);
    }

    public static Shape of(long... dims) {
        return new Shape(Arrays.stream(dims).boxed().toList());
    }

    public int rank() {
        return dims.size();
    }

    /** Extent of dimension {@code i}; negative counts from the end. */
    public long dim(int i) {
        return dims.get(i < 0 ? i + dims.size() : i);
    }

    /** Product of all extents. Throws {@link ArithmeticException} on overflow. */
    public long elements() {
        long n = 1;
        for (long d : dims) n = Math.multiplyExact(n, d);
        return n;
    }

    @Override
    public String toString() {
        return dims.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
