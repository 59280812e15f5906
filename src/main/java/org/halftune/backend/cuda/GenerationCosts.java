package org.halftune.backend.cuda;

import org.halftune.backend.CacheSlots;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Traffic;

/** What generation's own kernels cost: attention against a cache ({@link CudaAttention}) and the draw ({@link CudaSampling}). */
final class GenerationCosts {
    private static final int DIGIT_BITS = 4, LOGIT_BITS = 32;

    private final CostNotes notes;
    private final DeviceContents contents;

    GenerationCosts(CostNotes notes, DeviceContents contents) {
        this.notes = notes;
        this.contents = contents;
    }

    /** Each new token reads the keys and values that it sees, once for all query heads of a block. */
    void cachedAttention(Tensor q, Tensor k, CacheSlots slots, int headSize) {
        long tokens = q.dim(0), width = 2 * k.dim(1), group = q.dim(1) / k.dim(1);
        notes.kernel("cache_append", tokens, tokens * (2 * width + 12), 2 * tokens * width);
        int[] past = contents.of(slots.past());
        var lengths = slots.sequences().lengths();
        long seen = 0;
        for (int s = 0; s < lengths.size(); s++) {
            long length = lengths.get(s);
            seen += length * past[s] + length * (length + 1) / 2;
        }
        long together = Math.min(CudaAttention.CACHED_WARPS, group), blocks = Math.ceilDiv(group, together);
        long queries = 2 * q.elements();
        notes.kernel(
                "attention_cached",
                tokens * (k.dim(1) / headSize) * blocks,
                new Traffic(queries + 2 * seen * width * blocks + 12 * tokens, queries),
                2 * queries + 2 * seen * width,
                0);
    }

    /**
     * Passes over a row of logits: one for the largest, and for a draw one for the sum and one for every four bits of the key that is
     * looked for, twice where the nucleus is looked for first. From memory the first time, then from a cache.
     */
    void sample(Tensor logits, double temperature, double topP) {
        long rows = logits.dim(0), row = 4 * logits.dim(1);
        int idBits = DIGIT_BITS;
        while (logits.dim(1) > 1L << idBits) idBits += DIGIT_BITS;
        long passes = temperature == 0
                ? 1
                : topP >= 1 ? 2 + idBits / DIGIT_BITS : 2 + 2L * (LOGIT_BITS + idBits) / DIGIT_BITS;
        notes.kernel("sample", rows, new Traffic(rows * (passes * row + 8), 4 * rows), rows * (row + 8), 0);
    }
}
