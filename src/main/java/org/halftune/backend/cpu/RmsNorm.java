package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;

/**
 * RMSNorm (Zhang &amp; Sennrich 2019, arXiv 1910.07467): {@code y_i = x_i·r·w_i}, {@code r = 1/√(mean(x²)+ε)}.
 *
 * <p>x, y [T,H], w [H], r [T].
 */
final class RmsNorm {
    private static final long ROWS = 16;
    /** Columns in one task of the weight gradient: four cache lines of each row. */
    private static final long COLUMNS = 64;

    private final Workers workers;

    RmsNorm(Workers workers) {
        this.workers = workers;
    }

    void forward(Tensor y, Tensor r, Tensor x, Tensor w, float epsilon) {
        long h = x.dim(1);
        workers.ranges(x.dim(0), ROWS, (from, to) -> {
            for (long t = from; t < to; t++) {
                float scale = scale(x.memory(), t * h, h, epsilon);
                Lanes.set(r.memory(), t, scale);
                apply(y.memory(), x.memory(), t * h, h, w.memory(), scale);
            }
        });
    }

    void forwardOfSum(Tensor sum, Tensor y, Tensor r, Tensor a, Tensor b, Tensor w, float epsilon) {
        long h = sum.dim(1);
        MemorySegment sm = sum.memory(), am = a.memory(), bm = b.memory();
        workers.ranges(sum.dim(0), ROWS, (from, to) -> {
            for (long t = from; t < to; t++) {
                long row = t * h;
                for (long i = 0; i < h; i += Lanes.WIDTH) {
                    long left = h - i;
                    Lanes.store(Lanes.load(am, row + i, left).add(Lanes.load(bm, row + i, left)), sm, row + i, left);
                }
                float scale = scale(sm, row, h, epsilon);
                Lanes.set(r.memory(), t, scale);
                apply(y.memory(), sm, row, h, w.memory(), scale);
            }
        });
    }

    void recompute(Tensor y, Tensor r, Tensor x, Tensor w) {
        long h = x.dim(1);
        workers.ranges(x.dim(0), ROWS, (from, to) -> {
            for (long t = from; t < to; t++) {
                apply(y.memory(), x.memory(), t * h, h, w.memory(), Lanes.get(r.memory(), t));
            }
        });
    }

    private static float scale(MemorySegment x, long row, long h, float epsilon) {
        var squares = FloatVector.zero(Lanes.SPECIES);
        for (long i = 0; i < h; i += Lanes.WIDTH) {
            var v = Lanes.load(x, row + i, h - i);
            squares = v.fma(v, squares);
        }
        double mean = Lanes.sum(squares) / (double) h;
        return (float) (1 / Math.sqrt(mean + epsilon));
    }

    private static void apply(MemorySegment y, MemorySegment x, long row, long h, MemorySegment w, float scale) {
        for (long i = 0; i < h; i += Lanes.WIDTH) {
            long left = h - i;
            Lanes.store(Lanes.load(x, row + i, left).mul(scale).mul(Lanes.load(w, i, left)), y, row + i, left);
        }
    }

    /** {@code dx_i += r·(g_i − x_i·r²·mean(g·x))} with {@code g = dy·w}. */
    void backwardAddInput(Tensor dx, Tensor dy, Tensor x, Tensor r, Tensor w) {
        long h = x.dim(1);
        MemorySegment dxm = dx.memory(), dym = dy.memory(), xm = x.memory(), wm = w.memory();
        workers.ranges(x.dim(0), ROWS, (from, to) -> {
            for (long t = from; t < to; t++) {
                long row = t * h;
                var dot = FloatVector.zero(Lanes.SPECIES);
                for (long i = 0; i < h; i += Lanes.WIDTH) {
                    long left = h - i;
                    var g = Lanes.load(dym, row + i, left).mul(Lanes.load(wm, i, left));
                    dot = g.fma(Lanes.load(xm, row + i, left), dot);
                }
                float scale = Lanes.get(r.memory(), t);
                float along = (float) (Lanes.sum(dot) * (double) scale * scale * scale / h);
                for (long i = 0; i < h; i += Lanes.WIDTH) {
                    long left = h - i;
                    var g = Lanes.load(dym, row + i, left).mul(Lanes.load(wm, i, left));
                    var through = g.mul(scale).sub(Lanes.load(xm, row + i, left).mul(along));
                    Lanes.store(Lanes.load(dxm, row + i, left).add(through), dxm, row + i, left);
                }
            }
        });
    }

    /** {@code dw_i += Σ_t dy_ti·x_ti·r_t}, each column by one task in the order of t. */
    void backwardWeight(Gradient dw, Tensor dy, Tensor x, Tensor r) {
        long tokens = x.dim(0), h = x.dim(1);
        boolean accumulate = dw.accumulate();
        MemorySegment dwm = dw.tensor().memory(), dym = dy.memory(), xm = x.memory(), rm = r.memory();
        workers.ranges(h, COLUMNS, (from, to) -> {
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long left = to - i;
                var sum = accumulate ? Lanes.load(dwm, i, left) : FloatVector.zero(Lanes.SPECIES);
                for (long t = 0; t < tokens; t++) {
                    var scaled = Lanes.load(xm, t * h + i, left).mul(Lanes.get(rm, t));
                    sum = Lanes.load(dym, t * h + i, left).fma(scaled, sum);
                }
                Lanes.store(sum, dwm, i, left);
            }
        });
    }
}
