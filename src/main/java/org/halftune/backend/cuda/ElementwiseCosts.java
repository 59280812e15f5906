package org.halftune.backend.cuda;

import java.util.Arrays;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Work;
import org.halftune.tensor.DType;

/** What those ops cost that treat every element alike or move rows: all bound by memory, each operand once. */
final class ElementwiseCosts {
    private final CostNotes notes;
    private final DeviceContents contents;

    ElementwiseCosts(CostNotes notes, DeviceContents contents) {
        this.notes = notes;
        this.contents = contents;
    }

    void add(Tensor y) {
        long n = y.elements();
        notes.kernel("add", Math.ceilDiv(n, CudaElementwise.ELEMENTS_OF_BLOCK), 4 * n, 2 * n);
    }

    void swigluForward(Tensor y) {
        long n = y.elements();
        notes.kernel("swiglu_forward", blocks(y, CudaSwiglu.MOST_THREADS), 4 * n, 2 * n);
    }

    void swigluBackward(Tensor dy) {
        long n = dy.elements();
        notes.kernel("swiglu_backward", blocks(dy, CudaSwiglu.MOST_THREADS), 6 * n, 4 * n);
    }

    /** A block a token, which reads the angles of its position once, from a cache: all tokens share the tables. */
    void rope(Tensor x, Tensor cos) {
        long tokens = x.dim(0), half = RowBlocks.dense(cos), heads = x.dim(1) / (2 * half), row = 4 * heads * half;
        notes.kernel("rope", tokens, tokens * (row + 8 * half + 4), tokens * row, tokens * (2 * row + 4));
    }

    void gatherRows(Tensor out, Tensor rows) {
        rows("gather_rows", out, rows, out.elements());
    }

    void scatterRows(Tensor out, Tensor x, Tensor rows) {
        fill(out);
        rows("scatter_rows", x, rows, chosen(rows) * x.dim(1));
    }

    /**
     * @param some the matrix that has a row for each of {@code rows}
     * @param written elements
     */
    private void rows(String kernel, Tensor some, Tensor rows, long written) {
        var blocks = RowBlocks.of(RowBlocks.dense(some), CudaElementwise.THREADS);
        long index = 4 * some.dim(0) * blocks.perRow();
        notes.kernel(kernel, some.dim(0) * blocks.perRow(), 2 * chosen(rows) * some.dim(1) + index, 2 * written);
    }

    private long chosen(Tensor rows) {
        return Arrays.stream(contents.of(rows)).filter(row -> row >= 0).count();
    }

    void convert(Tensor y, Tensor x) {
        if (y.dtype() == x.dtype()) {
            copy(y, x);
            return;
        }
        long n = x.elements();
        notes.kernel(
                CudaConversion.kernel(x.dtype(), y.dtype()),
                Math.ceilDiv(n, CudaConversion.ELEMENTS_OF_BLOCK),
                n * x.dtype().bytes(),
                n * y.dtype().bytes());
    }

    void copy(Tensor y, Tensor x) {
        long bytes = x.memory().byteSize();
        if (bytes == 0) return;
        notes.note(new Work.Copy(Work.Route.DEVICE_TO_DEVICE, bytes));
        if (x.dtype() == DType.I32) contents.copy(y, x);
    }

    void fill(Tensor x) {
        long bytes = x.memory().byteSize();
        if (bytes > 0) notes.note(new Work.Fill(bytes));
    }

    private static long blocks(Tensor x, int mostThreads) {
        return x.dim(0) * RowBlocks.of(x.dim(1), mostThreads).perRow();
    }
}
