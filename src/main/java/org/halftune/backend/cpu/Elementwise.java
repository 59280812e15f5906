package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.halftune.backend.Tensor;

/** Ops that treat every element alike, or every row as a block of bytes. */
final class Elementwise {
    /** Floats in one task: 64 KiB an operand. */
    static final long GRAIN = 16_384;

    private final Workers workers;

    Elementwise(Workers workers) {
        this.workers = workers;
    }

    void add(Tensor y, Tensor a, Tensor b) {
        MemorySegment ym = y.memory(), am = a.memory(), bm = b.memory();
        workers.ranges(y.elements(), GRAIN, (from, to) -> {
            long i = from;
            for (long bound = from + Lanes.bound(to - from); i < bound; i += Lanes.WIDTH) {
                Lanes.store(Lanes.load(am, i).add(Lanes.load(bm, i)), ym, i);
            }
            for (; i < to; i++) Lanes.set(ym, i, Lanes.get(am, i) + Lanes.get(bm, i));
        });
    }

    void copy(Tensor y, Tensor x) {
        workers.ranges(
                x.elements(),
                GRAIN,
                (from, to) -> MemorySegment.copy(x.memory(), 4 * from, y.memory(), 4 * from, 4 * (to - from)));
    }

    void zero(Tensor x) {
        workers.ranges(
                x.elements(),
                GRAIN,
                (from, to) -> x.memory().asSlice(4 * from, 4 * (to - from)).fill((byte) 0));
    }

    /** {@code y = silu(g)·u}, with {@code silu(g) = g / (1 + e^−g)}. */
    void swigluForward(Tensor y, Tensor gate, Tensor up) {
        MemorySegment ym = y.memory(), gm = gate.memory(), um = up.memory();
        rows(y, (t, width) -> {
            long row = t * y.rowStride(), gateRow = t * gate.rowStride(), upRow = t * up.rowStride();
            for (long i = 0; i < width; i += Lanes.WIDTH) {
                long left = width - i;
                var g = Lanes.load(gm, gateRow + i, left);
                Lanes.store(g.mul(sigmoid(g)).mul(Lanes.load(um, upRow + i, left)), ym, row + i, left);
            }
        });
    }

    /** {@code dU = dy·silu(g)}, {@code dG = dy·u·σ·(1 + g·(1−σ))} with {@code σ = sigmoid(g)}. */
    void swigluBackward(Tensor dGate, Tensor dUp, Tensor dy, Tensor gate, Tensor up) {
        MemorySegment dgm = dGate.memory(), dum = dUp.memory(), dym = dy.memory();
        MemorySegment gm = gate.memory(), um = up.memory();
        rows(dy, (t, width) -> {
            long row = t * dy.rowStride(), gateRow = t * gate.rowStride(), upRow = t * up.rowStride();
            long dGateRow = t * dGate.rowStride(), dUpRow = t * dUp.rowStride();
            for (long i = 0; i < width; i += Lanes.WIDTH) {
                long left = width - i;
                var g = Lanes.load(gm, gateRow + i, left);
                var u = Lanes.load(um, upRow + i, left);
                var d = Lanes.load(dym, row + i, left);
                var sigma = sigmoid(g);
                var silu = g.mul(sigma);
                var slope = sigma.add(silu.mul(sigma.neg().add(1))); // σ + g·σ·(1−σ)
                Lanes.store(d.mul(silu), dum, dUpRow + i, left);
                Lanes.store(d.mul(u).mul(slope), dgm, dGateRow + i, left);
            }
        });
    }

    /** What is done with one row of {@code width} elements. */
    private interface RowLoop {
        void run(long t, long width);
    }

    private void rows(Tensor x, RowLoop body) {
        long width = x.dim(1);
        workers.ranges(x.dim(0), Math.max(1, GRAIN / Math.max(1, width)), (from, to) -> {
            for (long t = from; t < to; t++) body.run(t, width);
        });
    }

    private static FloatVector sigmoid(FloatVector g) {
        return FloatVector.broadcast(Lanes.SPECIES, 1).div(Lanes.exp(g.neg()).add(1));
    }

    void gatherRows(Tensor out, Tensor x, Tensor rows) {
        long bytes = 4 * out.dim(1);
        workers.ranges(out.dim(0), 64, (from, to) -> {
            for (long i = from; i < to; i++) {
                long row = Lanes.getInt(rows.memory(), i);
                if (row < 0) out.memory().asSlice(i * bytes, bytes).fill((byte) 0);
                else MemorySegment.copy(x.memory(), row * bytes, out.memory(), i * bytes, bytes);
            }
        });
    }

    void scatterRows(Tensor out, Tensor x, Tensor rows) {
        zero(out);
        long bytes = 4 * out.dim(1);
        workers.ranges(x.dim(0), 64, (from, to) -> {
            for (long i = from; i < to; i++) {
                long row = Lanes.getInt(rows.memory(), i);
                if (row >= 0) MemorySegment.copy(x.memory(), i * bytes, out.memory(), row * bytes, bytes);
            }
        });
    }
}
