package org.halftune.backend.cuda;

import org.halftune.backend.Tensor;

/** What the launches of {@link CudaEmbedding} cost. Backwards that depends on how often each token occurs. */
final class EmbeddingCosts {
    private final CostNotes notes;
    private final DeviceContents contents;

    EmbeddingCosts(CostNotes notes, DeviceContents contents) {
        this.notes = notes;
        this.contents = contents;
    }

    void forward(Tensor out) {
        long rows = out.dim(0);
        int blocks = RowBlocks.of(RowBlocks.dense(out), CudaEmbedding.THREADS).perRow();
        notes.kernel("embedding_forward", rows * blocks, 2 * out.elements() + 4 * rows * blocks, 2 * out.elements());
    }

    /**
     * The block at the first of equal tokens walks over all of them, as many at a time as it has threads; the others look at their
     * neighbour and leave.
     */
    void backward(Tensor dOut, Tensor ids, Tensor order) {
        int tokens = Math.toIntExact(dOut.dim(0)), width = RowBlocks.dense(dOut);
        var blocks = RowBlocks.of(width, CudaEmbedding.THREADS);
        int threads = blocks.threads();
        int[] id = contents.of(ids), sorted = contents.of(order);
        long looked = 0; // pairs of a place in the order and an id that a block reads
        long runs = 0;
        for (int place = 0; place < tokens; ) {
            int end = place + 1;
            while (end < tokens && id[sorted[end]] == id[sorted[place]]) end++;
            if (place > 0) looked++; // the neighbour before
            for (int from = place; ; from += threads) {
                looked += Math.clamp(tokens - (long) from, 0, threads);
                if (from + threads > end) break; // the stretch ends behind the run
            }
            looked += 2L * (end - place - 1);
            runs++;
            place = end;
        }
        notes.kernel(
                "embedding_backward",
                (long) tokens * blocks.perRow(),
                2L * tokens * width + 4 * runs * width + 8 * looked * blocks.perRow(),
                4 * runs * width);
    }
}
