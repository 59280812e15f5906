package org.halftune.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The dimensions of a dense row-major array, outermost first. A scalar has none. */
public record Shape(List<Long> dims) {

    public Shape {
        dims = List.copyOf(dims);
        for (long d : dims) if (d < 0) throw new IllegalArgumentException("negative dimension in " + dims);
    }

    public static Shape of(long... dims) {
        return new Shape(Arrays.stream(dims).boxed().toList());
    }

    public int rank() {
        return dims.size();
    }

    /** Dimension {@code i}; a negative index counts from the end. */
    public long dim(int i) {
        return dims.get(i < 0 ? i + dims.size() : i);
    }

    /** Product of all dimensions. Throws {@link ArithmeticException} on overflow. */
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
