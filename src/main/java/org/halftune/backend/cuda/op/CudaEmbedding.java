package org.halftune.backend.cuda.op;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;

/** Launches of {@code embedding.cu}: rows looked up in a table, and gradients added to those rows. */
final class CudaEmbedding {
    private static final int THREADS = 256;

    private final LaunchSink sink;

    CudaEmbedding(LaunchSink sink) {
        this.sink = sink;
    }

    /** out [T,H] = table [V,H] at ids [T]. */
    void forward(Tensor out, Tensor table, Tensor ids) {
        int width = RowBlocks.dense(out);
        long rows = out.dim(0);
        var blocks = RowBlocks.of(width, THREADS);
        sink.kernel("embedding_forward", rows * blocks.perRow(), 1, 1, blocks.threads(), 0)
                .tensor(out)
                .tensor(table)
                .tensor(ids)
                .i32(rows)
                .i32(width)
                .run(_ -> Cost.ofMemory(2 * out.elements() + 4 * rows * blocks.perRow(), 2 * out.elements()));
    }

    /** The kernel only adds, to the rows that occur: where it must overwrite, the others are zero. */
    void backward(Gradient dTable, Tensor dOut, Tensor ids, Tensor order) {
        if (!dTable.accumulate()) sink.zero(dTable.tensor());
        int width = RowBlocks.dense(dOut);
        long rows = dOut.dim(0);
        var blocks = RowBlocks.of(width, THREADS);
        sink.kernel("embedding_backward", rows, blocks.perRow(), 1, blocks.threads(), 0)
                .tensor(dTable.tensor())
                .tensor(dOut)
                .tensor(ids)
                .tensor(order)
                .i32(rows)
                .i32(width)
                .run(contents -> {
                    var walk = Walk.of(contents.of(ids), contents.of(order), blocks.threads());
                    long sums = 4 * walk.runs * width;
                    return Cost.ofMemory(2 * rows * width + sums + 8 * walk.lookups * blocks.perRow(), sums);
                });
    }

    /**
     * How the blocks of the backward pass walk over the tokens in order. The block at the first of equal tokens walks over all of
     * them, as many at a time as it has threads; the others look at their neighbour and leave.
     *
     * @param runs of equal tokens
     * @param lookups of a place in the order and of the id there
     */
    private record Walk(long runs, long lookups) {

        static Walk of(int[] ids, int[] order, int threads) {
            int tokens = order.length;
            long lookups = 0, runs = 0;
            for (int place = 0; place < tokens; ) {
                int end = place + 1;
                while (end < tokens && ids[order[end]] == ids[order[place]]) end++;
                if (place > 0) lookups++; // the neighbour before
                for (int from = place; ; from += threads) {
                    lookups += Math.clamp(tokens - (long) from, 0, threads);
                    if (from + threads > end) break; // the stretch ends behind the run
                }
                lookups += 2L * (end - place - 1);
                runs++;
                place = end;
            }
            return new Walk(runs, lookups);
        }
    }
}
