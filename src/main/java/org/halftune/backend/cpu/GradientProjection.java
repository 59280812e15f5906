package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.halftune.backend.Tensor;

/** Dot products of gradients, and sums of them. */
final class GradientProjection {
    private static final long GRAIN = Elementwise.GRAIN;

    private final Workers workers;

    GradientProjection(Workers workers) {
        this.workers = workers;
    }

    /** {@code products[i(i+1)/2 + j] = ⟨gᵢ, gⱼ⟩}: each piece summed in double, the pieces added in order. */
    void products(Tensor products, Tensor gradient, Tensor memories) {
        var all = IntStream.rangeClosed(0, Math.toIntExact(memories.dim(0)))
                .mapToObj(i ->
                        i == 0 ? gradient.memory() : memories.rows(i - 1, i).memory())
                .toArray(MemorySegment[]::new);
        long n = gradient.elements();
        var sums = new double[Math.toIntExact(Math.ceilDiv(n, GRAIN))][];
        workers.parallel(sums.length, (piece, _) -> {
            long from = piece * GRAIN, to = Math.min(n, from + GRAIN);
            var sum = new double[Math.toIntExact(products.dim(0))];
            for (int i = 0, pair = 0; i < all.length; i++) {
                for (int j = 0; j <= i; j++) sum[pair++] = dot(all[i], all[j], from, to);
            }
            sums[piece] = sum;
        });
        for (int pair = 0; pair < products.dim(0); pair++) {
            double sum = 0;
            for (var piece : sums) sum += piece[pair];
            products.memory().setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, pair, sum);
        }
    }

    private static double dot(MemorySegment a, MemorySegment b, long from, long to) {
        var sum = DoubleVector.zero(DoubleVector.SPECIES_PREFERRED);
        for (long i = from; i < to; i += Lanes.WIDTH) {
            var x = Lanes.load(a, i, to - i);
            var y = Lanes.load(b, i, to - i);
            sum = doubles(x, 1).fma(doubles(y, 1), doubles(x, 0).fma(doubles(y, 0), sum));
        }
        double total = 0; // lane by lane: reduceLanes may add in any order, and does, before and after compilation
        for (double lane : sum.toArray()) total += lane;
        return total;
    }

    private static DoubleVector doubles(FloatVector x, int half) {
        return (DoubleVector) x.convertShape(VectorOperators.F2D, DoubleVector.SPECIES_PREFERRED, half);
    }

    /** {@code gradient += Σ coefficients[k]·memories[k]}. */
    void add(Tensor gradient, Tensor memories, Tensor coefficients) {
        var g = gradient.memory();
        for (int k = 0; k < memories.dim(0); k++) {
            float coefficient = Lanes.get(coefficients.memory(), k);
            if (coefficient == 0) continue;
            var m = memories.rows(k, k + 1).memory();
            var factor = FloatVector.broadcast(Lanes.SPECIES, coefficient);
            workers.ranges(gradient.elements(), GRAIN, (from, to) -> {
                for (long i = from; i < to; i += Lanes.WIDTH) {
                    long left = to - i;
                    Lanes.store(Lanes.load(m, i, left).fma(factor, Lanes.load(g, i, left)), g, i, left);
                }
            });
        }
    }
}
