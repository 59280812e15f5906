package org.halftune.backend.cuda.op;

import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.Launch;
import org.halftune.backend.cuda.launch.LaunchSink;
import org.jspecify.annotations.Nullable;

/**
 * Launches of the attention kernels of training ({@code attention_*.cu}). T tokens, N query heads in groups that share one of K
 * key-value heads, D head size. q, out [T,N·D], k, v [T,K·D], rows a stride apart; lse [N,T]. For the costs see
 * {@link AttentionCosts}.
 */
final class CudaAttention {
    private static final int THREADS = 128;
    /** Of attention_delta: a block, and the tokens it takes. */
    private static final int DELTA_THREADS = 256, DELTA_TOKENS = 32;

    private final LaunchSink sink;
    private final AttentionCosts costs = new AttentionCosts();

    CudaAttention(LaunchSink sink) {
        this.sink = sink;
    }

    /** A launch over query blocks: the kernel of the head size's tiles. */
    private Launch overQueries(String name, AttentionHeads heads, int sharedBytes) {
        return sink.kernel(
                name + "_" + heads.tiles().width(), heads.queryHeads(), heads.queryBlocks(), 1, THREADS, sharedBytes);
    }

    void forward(Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v, Sequences sequences, int headSize) {
        var heads = AttentionHeads.of(q, k, headSize);
        AttentionHeads.requireAligned(out, q, k, v);
        AttentionHeads.requireSameStride(k, v);
        var launch = overQueries("attention_forward", heads, heads.tiles().forwardBytes());
        launch.tensor(out).tensor(lse).tensor(q).tensor(k).tensor(v).tensor(sequences.begin());
        heads.sizes(launch)
                .i32(out.rowStride())
                .i32(q.rowStride())
                .i32(k.rowStride())
                .f32(heads.scale())
                .run(_ -> costs.forward(heads, sequences));
    }

    /** Without the output, delta comes from the probabilities. */
    void backward(
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor delta,
            Tensor dOut,
            @Nullable Tensor out,
            Tensor lse,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            int headSize) {
        var heads = AttentionHeads.of(q, k, headSize);
        AttentionHeads.requireAligned(dq, dk, dv, dOut, q, k, v);
        AttentionHeads.requireSameStride(k, v);
        AttentionHeads.requireSameStride(dk, dv);
        if (out != null) {
            delta(delta, dOut, out, heads);
        } else {
            recomputeDelta(delta, dOut, lse, q, k, v, sequences, heads);
        }
        backwardQuery(dq, dOut, lse, delta, q, k, v, sequences, heads);
        backwardKeyValue(dk, dv, dOut, lse, delta, q, k, v, sequences, heads);
    }

    private void delta(Tensor delta, Tensor dOut, Tensor out, AttentionHeads heads) {
        AttentionHeads.requireAligned(out);
        int blocks = Math.ceilDiv(heads.tokens(), DELTA_TOKENS);
        sink.kernel("attention_delta", blocks, heads.queryHeads(), 1, DELTA_THREADS, 0)
                .tensor(delta)
                .tensor(dOut)
                .tensor(out)
                .i32(heads.tokens())
                .i32(heads.queryHeads())
                .i32(heads.headSize())
                .i32(dOut.rowStride())
                .i32(out.rowStride())
                .run(_ -> Cost.ofMemory(2 * heads.queryBytes(), heads.scalarBytes()));
    }

    private void recomputeDelta(
            Tensor delta,
            Tensor dOut,
            Tensor lse,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            AttentionHeads heads) {
        var launch =
                overQueries("attention_delta_recompute", heads, heads.tiles().queryBytes());
        launch.tensor(delta)
                .tensor(dOut)
                .tensor(lse)
                .tensor(q)
                .tensor(k)
                .tensor(v)
                .tensor(sequences.begin());
        heads.sizes(launch)
                .i32(dOut.rowStride())
                .i32(q.rowStride())
                .i32(k.rowStride())
                .f32(heads.scale())
                .run(_ -> costs.recomputeDelta(heads, sequences));
    }

    private void backwardQuery(
            Tensor dq,
            Tensor dOut,
            Tensor lse,
            Tensor delta,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            AttentionHeads heads) {
        var launch =
                overQueries("attention_backward_query", heads, heads.tiles().queryBytes());
        launch.tensor(dq)
                .tensor(dOut)
                .tensor(lse)
                .tensor(delta)
                .tensor(q)
                .tensor(k)
                .tensor(v);
        launch.tensor(sequences.begin());
        heads.sizes(launch)
                .i32(dq.rowStride())
                .i32(dOut.rowStride())
                .i32(q.rowStride())
                .i32(k.rowStride())
                .f32(heads.scale())
                .run(_ -> costs.backwardQuery(heads, sequences));
    }

    private void backwardKeyValue(
            Tensor dk,
            Tensor dv,
            Tensor dOut,
            Tensor lse,
            Tensor delta,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            AttentionHeads heads) {
        var tiles = heads.tiles();
        var launch = sink.kernel(
                "attention_backward_key_value_" + tiles.width(),
                heads.keyHeads(),
                heads.keyBlocks(),
                tiles.shares(),
                THREADS,
                tiles.keyValueBytes());
        launch.tensor(dk)
                .tensor(dv)
                .tensor(dOut)
                .tensor(lse)
                .tensor(delta)
                .tensor(q)
                .tensor(k)
                .tensor(v);
        launch.tensor(sequences.end());
        heads.sizes(launch)
                .i32(dk.rowStride())
                .i32(dOut.rowStride())
                .i32(q.rowStride())
                .i32(k.rowStride())
                .f32(heads.scale())
                .run(_ -> costs.backwardKeyValue(heads, sequences));
    }
}
