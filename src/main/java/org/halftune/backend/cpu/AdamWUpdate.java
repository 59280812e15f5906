package org.halftune.backend.cpu;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.halftune.backend.AdamWScalars;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;

/**
 * The global gradient norm, and AdamW (Loshchilov &amp; Hutter 2019, arXiv 1711.05101, algorithm 2) over all trainable
 * segments in one parallel loop. Reads 16 and writes 12 bytes a parameter.
 */
final class AdamWUpdate {
    private static final long GRAIN = Elementwise.GRAIN;
    /**
     * Gradients smaller than this count as zero, and moments smaller than {@link #LEAST_MOMENT}: their squares would be
     * subnormal numbers, on which a processor is a hundred times slower, and next to any ε in use they change no bit. A model
     * that is sure of itself has many: the gradient of a token that it gives no chance.
     */
    private static final float LEAST_GRADIENT = 1e-16f;

    private static final float LEAST_MOMENT = 1e-35f;

    private final Workers workers;

    AdamWUpdate(Workers workers) {
        this.workers = workers;
    }

    /** A piece of one tensor of a list: every tensor is cut into grains, counted through. */
    private record Pieces(long[] firstPiece) {
        static Pieces of(List<Tensor> tensors) {
            var first = new long[tensors.size() + 1];
            for (int i = 0; i < tensors.size(); i++) {
                first[i + 1] = first[i] + (tensors.get(i).elements() + GRAIN - 1) / GRAIN;
            }
            return new Pieces(first);
        }

        int count() {
            return Math.toIntExact(firstPiece[firstPiece.length - 1]);
        }

        int tensor(int piece) {
            int low = 0, high = firstPiece.length - 1;
            while (high - low > 1) {
                int middle = (low + high) >>> 1;
                if (firstPiece[middle] <= piece) low = middle;
                else high = middle;
            }
            return low;
        }

        long from(int piece, int tensor) {
            return (piece - firstPiece[tensor]) * GRAIN;
        }
    }

    /** {@code norm = √Σ g²}: each piece summed in double, the pieces added in order. */
    void norm(Tensor norm, List<Gradient> gradients) {
        var tensors = gradients.stream().map(Gradient::tensor).toList();
        var pieces = Pieces.of(tensors);
        var sums = new double[pieces.count()];
        workers.parallel(sums.length, (piece, _) -> {
            int i = pieces.tensor(piece);
            sums[piece] = squares(tensors.get(i), pieces.from(piece, i));
        });
        double sum = 0;
        for (double s : sums) sum += s;
        Lanes.set(norm.memory(), 0, (float) Math.sqrt(sum));
    }

    private static double squares(Tensor tensor, long from) {
        long to = Math.min(tensor.elements(), from + GRAIN);
        var memory = tensor.memory();
        var sum = DoubleVector.zero(DoubleVector.SPECIES_PREFERRED);
        for (long i = from; i < to; i += Lanes.WIDTH) {
            var g = Lanes.load(memory, i, to - i);
            var low = (DoubleVector) g.convertShape(VectorOperators.F2D, DoubleVector.SPECIES_PREFERRED, 0);
            var high = (DoubleVector) g.convertShape(VectorOperators.F2D, DoubleVector.SPECIES_PREFERRED, 1);
            sum = high.fma(high, low.fma(low, sum));
        }
        double total = 0; // lane by lane: reduceLanes may add in any order, and does, before and after compilation
        for (double lane : sum.toArray()) total += lane;
        return total;
    }

    void step(List<AdamWSegment> segments, AdamWScalars s, Tensor norm) {
        double measured = Lanes.get(norm.memory(), 0);
        // Asked for explicitly, since without a limit even a norm beyond fp32 must not turn into infinity / infinity.
        boolean limited = s.maxNorm() < Float.POSITIVE_INFINITY;
        if (Double.isNaN(measured) || (limited && Double.isInfinite(measured))) return;
        float clip = limited ? (float) Math.min(1, s.maxNorm() / (measured + 1e-6)) : 1;
        var pieces = Pieces.of(segments.stream().map(AdamWSegment::weight).toList());
        workers.parallel(pieces.count(), (piece, _) -> {
            int i = pieces.tensor(piece);
            update(segments.get(i), pieces.from(piece, i), s, clip);
        });
    }

    /** {@code m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  w ← w·(1−ηλ) − η·m̂/(√v̂+ε)}, hats: divided by {@code 1−βᵗ}. */
    private static void update(AdamWSegment segment, long from, AdamWScalars s, float clip) {
        long to = Math.min(segment.weight().elements(), from + GRAIN);
        var w = segment.weight().memory();
        var g = segment.gradient().tensor().memory();
        var m = segment.firstMoment().memory();
        var v = segment.secondMoment().memory();
        float keep = segment.decayed() ? (float) (1 - (double) s.decay()) : 1;
        for (long i = from; i < to; i += Lanes.WIDTH) {
            long left = to - i;
            var gradient = flushed(Lanes.load(g, i, left), LEAST_GRADIENT).mul(clip);
            var first = flushed(Lanes.load(m, i, left).mul(s.beta1()).add(gradient.mul(s.rest1())), LEAST_MOMENT);
            var second = flushed(
                    Lanes.load(v, i, left)
                            .mul(s.beta2())
                            .add(gradient.mul(gradient).mul(s.rest2())),
                    LEAST_MOMENT);
            FloatVector change =
                    first.mul(s.rate()).div(second.sqrt().mul(s.root()).add(s.epsilon()));
            Lanes.store(first, m, i, left);
            Lanes.store(second, v, i, left);
            Lanes.store(Lanes.load(w, i, left).mul(keep).sub(change), w, i, left);
        }
    }

    private static FloatVector flushed(FloatVector x, float least) {
        return x.blend(0f, x.abs().lt(least));
    }
}
