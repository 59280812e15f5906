package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.Ops;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;

/**
 * The final norm, the language-model head and the cross-entropy, fused: only labelled tokens pass, a chunk at a time, and
 * a chunk's logits turn into their gradient in place, so the logits of a batch never all exist at one time (as in Wijmans
 * et al. 2024, arXiv 2411.09009, and the Liger kernels, arXiv 2410.10989).
 *
 * <p>R labelled tokens, H hidden, V vocabulary, C rows in a chunk. Weights: norm [H], W [V,H] (the embedding, if tied).
 */
final class Head {
    /** Elements. */
    private static final int ROW_ALIGNMENT = 8;

    private final Backend backend;
    private final Ops ops;
    private final float epsilon;
    private final Parameter norm;
    private final Linear w;

    /**
     * @param rows [R,H] the stream at the labelled tokens
     * @param r [R] reciprocal root mean squares
     * @param normed [R,H] the head's input, then its gradient
     * @param dRows [R,H] the gradient of rows
     * @param losses [R] in nats
     */
    record Buffers(Tensor rows, Tensor r, Tensor normed, Tensor dRows, Tensor losses) {
        static Buffers allocate(Allocator a, LlamaConfig c, long tokens, boolean backward) {
            return new Buffers(
                    a.stored(tokens, c.hiddenSize()),
                    a.floats(tokens),
                    a.stored(tokens, c.hiddenSize()),
                    a.stored(backward ? tokens : 1, c.hiddenSize()),
                    a.floats(tokens));
        }
    }

    Head(Backend backend, Parameters parameters) {
        this.backend = backend;
        ops = backend.ops();
        epsilon = parameters.config().normEpsilon();
        norm = parameters.get(ParameterRole.FINAL_NORM, -1);
        w = new Linear(
                ops, parameters, -1, parameters.config().tiedHead() ? ParameterRole.EMBEDDING : ParameterRole.HEAD);
    }

    boolean trainable() {
        return norm.trainable() || w.trainable();
    }

    /** The chunk of logits [C,V] that exists at one time, its rows aligned. */
    static Tensor logitsBuffer(Allocator a, Backend backend, LlamaConfig config, long rows) {
        long stride = BatchLayout.padded(config.vocabSize(), ROW_ALIGNMENT);
        long fitting = backend.logitsBytes() / (stride * backend.storage().bytes()) / backend.padding();
        long chunk = Math.clamp(fitting * backend.padding(), backend.padding(), Math.max(rows, backend.padding()));
        return a.stored(chunk, stride).columns(0, config.vocabSize());
    }

    /** losses [R] of the labelled rows of the stream x [T,H]. */
    void losses(Buffers b, Tensor x, DeviceBatch batch, Tensor logitsBuffer) {
        normedRows(b, x, batch);
        for (var chunk : chunks(batch.rowCount(), logitsBuffer)) {
            var logits = logitsBuffer.rows(chunk.rows());
            w.forward(logits, chunk.of(b.normed)); // [C,V] = [C,H]·[V,H]ᵀ
            ops.crossEntropyForward(chunk.of(b.losses), logits, chunk.of(batch.targets()));
        }
    }

    /**
     * The losses, and in the same pass the gradients of {@code Σ weight·loss} for the head's weights and the stream.
     *
     * @param dx [T,H] the gradient of x, overwritten; 0 where there is no label
     * @param inputGradient whether anything below the final norm learns
     */
    void lossesAndGradients(
            Tensor dx, Buffers b, Tensor x, DeviceBatch batch, Tensor logitsBuffer, boolean inputGradient) {
        normedRows(b, x, batch);
        int count = batch.rowCount();
        for (var chunk : chunks(count, logitsBuffer)) {
            var logits = logitsBuffer.rows(chunk.rows());
            var normed = chunk.of(b.normed);
            backend.timeline().enter(Phase.FORWARD);
            w.forward(logits, normed); //                                           [C,V] = [C,H]·[V,H]ᵀ
            ops.crossEntropyForwardBackward(
                    chunk.of(b.losses), logits, chunk.of(batch.targets()), chunk.of(batch.weights()));
            backend.timeline().enter(Phase.BACKWARD_INPUT);
            w.backwardWeight(logits, normed); //                                    [V,H] += [C,V]ᵀ·[C,H]
            if (inputGradient || norm.trainable()) w.backwardInput(normed, logits); // [C,H] = [C,V]·[V,H]
        }
        if (!inputGradient && !norm.trainable()) return;
        var dRows = b.dRows.rows(count);
        ops.zero(dRows);
        ops.rmsNormBackwardAdd(
                dRows, norm.gradient(), b.normed.rows(count), b.rows.rows(count), b.r.rows(count), norm.value());
        ops.scatterRows(dx, dRows, batch.rows());
    }

    private void normedRows(Buffers b, Tensor x, DeviceBatch batch) {
        int count = batch.rowCount();
        ops.gatherRows(b.rows.rows(count), x, batch.rows());
        ops.rmsNormForward(b.normed.rows(count), b.r.rows(count), b.rows.rows(count), norm.value(), epsilon);
    }

    /** logits [R,V] of chosen rows of x [T,H]; for tests and generation, where R is small. */
    void logits(Tensor logits, Buffers b, Tensor x, Tensor rows) {
        long count = rows.dim(0);
        ops.gatherRows(b.rows.rows(count), x, rows);
        ops.rmsNormForward(b.normed.rows(count), b.r.rows(count), b.rows.rows(count), norm.value(), epsilon);
        w.forward(logits, b.normed.rows(count)); // [R,V] = [R,H]·[V,H]ᵀ
    }

    /** Rows [from, to) of the labelled rows. */
    private record Chunk(long from, long to) {
        long rows() {
            return to - from;
        }

        Tensor of(Tensor x) {
            return x.rows(from, to);
        }
    }

    /** As few chunks as fit, of equal length: a last chunk of a few rows would make a slow product. */
    private List<Chunk> chunks(int rows, Tensor logitsBuffer) {
        int padding = backend.padding();
        long most = logitsBuffer.dim(0) / padding, all = rows / padding; // rows are padded
        long count = (all + most - 1) / most;
        var chunks = new ArrayList<Chunk>();
        for (long i = 0; i < count; i++) {
            chunks.add(new Chunk(all * i / count * padding, all * (i + 1) / count * padding));
        }
        return chunks;
    }
}
