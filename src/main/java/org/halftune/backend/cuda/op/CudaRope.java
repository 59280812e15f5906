package org.halftune.backend.cuda.op;

import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;

/**
 * Launches of {@code rope.cu}: x [T,heads·D], positions [T], cos and sin [P,D/2].
 *
 * <p>Cost: a block takes a token and reads the angles of its position from a cache, since all tokens share the tables.
 */
final class CudaRope {
    private static final int MOST_THREADS = 256;
    private static final int PAIRS_OF_THREAD = 8;

    private final LaunchSink sink;

    CudaRope(LaunchSink sink) {
        this.sink = sink;
    }

    /** @param direction 1 for the rotation, −1 for its inverse, which is also its transpose */
    void rotate(Tensor x, Tensor positions, Tensor cos, Tensor sin, float direction) {
        int half = RowBlocks.dense(cos);
        long tokens = x.dim(0), heads = x.dim(1) / (2L * half);
        int threads = Math.min(MOST_THREADS, RowBlocks.warps(heads * Math.ceilDiv(half, PAIRS_OF_THREAD)));
        sink.kernel("rope", tokens, 1, 1, threads, 0)
                .tensor(x)
                .tensor(positions)
                .tensor(cos)
                .tensor(sin)
                .i32(tokens)
                .i32(heads)
                .i32(2 * half)
                .i32(x.rowStride())
                .f32(direction)
                .run(_ -> {
                    long row = 4 * heads * half;
                    return Cost.ofMemory(tokens * (row + 8L * half + 4), tokens * row, tokens * (2 * row + 4));
                });
    }
}
