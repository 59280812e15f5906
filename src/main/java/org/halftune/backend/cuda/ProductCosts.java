package org.halftune.backend.cuda;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cost.Work.Use;

/** What the products of {@link CudaProducts} cost, as cuBLAS is asked for them: m and n are exchanged, because it counts in columns. */
final class ProductCosts {
    private final CostNotes notes;
    private final ElementwiseCosts elementwise;

    ProductCosts(CostNotes notes, ElementwiseCosts elementwise) {
        this.notes = notes;
        this.elementwise = elementwise;
    }

    void forward(Tensor y, Tensor x, Tensor w) {
        if (x.dim(0) > 0) note(Use.FORWARD, y, x.dim(1), x, w, false);
    }

    void backwardInput(Tensor dx, Tensor dy, Tensor w) {
        if (dy.dim(0) > 0) note(Use.INPUT_GRADIENT, dx, dy.dim(1), dy, w, false);
    }

    void backwardWeight(Gradient dw, Tensor dy, Tensor x) {
        boolean accumulate = dw.accumulate();
        if (x.dim(0) > 0) note(Use.WEIGHT_GRADIENT, dw.tensor(), x.dim(0), dy, x, accumulate);
        else if (!accumulate) elementwise.fill(dw.tensor());
    }

    private void note(Use use, Tensor c, long k, Tensor a, Tensor b, boolean accumulate) {
        long result = bytes(c);
        notes.note(new Work.Product(
                use,
                Math.toIntExact(c.dim(1)),
                Math.toIntExact(c.dim(0)),
                Math.toIntExact(k),
                new Traffic(bytes(a) + bytes(b) + (accumulate ? result : 0), result)));
    }

    private static long bytes(Tensor x) {
        return x.elements() * x.dtype().bytes();
    }
}
