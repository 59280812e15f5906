package org.halftune.backend.cpu;

import org.halftune.backend.AdamWScalars;
import org.halftune.backend.CacheSlots;
import org.halftune.backend.Gradient;
import org.halftune.backend.Ops;
import org.halftune.backend.PairLoss;
import org.halftune.backend.Phase;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.backend.Timeline;
import org.halftune.backend.UpdateTable;
import org.jspecify.annotations.Nullable;

/** The table of contents of this package: which class computes which op. Weight gradients are timed apart here. */
final class CpuOps implements Ops {
    private final Timeline timeline;
    private final Products products;
    private final Elementwise elementwise;
    private final Embedding embedding;
    private final RmsNorm norm;
    private final RotaryEmbedding rope;
    private final Attention attention;
    private final CrossEntropy crossEntropy;
    private final Preference preference = new Preference();
    private final AdamWUpdate adamW;
    private final GradientProjection projection;
    private final NextToken nextToken;

    CpuOps(OpenBlas blas, Workers workers, Scratch scratch, Timeline timeline) {
        this.timeline = timeline;
        products = new Products(blas, workers);
        elementwise = new Elementwise(workers);
        embedding = new Embedding(workers, elementwise);
        norm = new RmsNorm(workers);
        rope = new RotaryEmbedding(workers);
        attention = new Attention(blas, workers, scratch);
        crossEntropy = new CrossEntropy(workers);
        adamW = new AdamWUpdate(workers);
        projection = new GradientProjection(workers);
        nextToken = new NextToken(workers);
    }

    @Override
    public void embeddingForward(Tensor out, Tensor table, Tensor ids) {
        embedding.forward(out, table, ids);
    }

    @Override
    public void embeddingBackward(Gradient dTable, Tensor dOut, Tensor ids, Tensor order) {
        var before = timeline.enter(Phase.BACKWARD_WEIGHT);
        embedding.backward(dTable, dOut, ids);
        timeline.enter(before);
    }

    @Override
    public void rmsNormForward(Tensor y, Tensor r, Tensor x, Tensor w, float epsilon) {
        norm.forward(y, r, x, w, epsilon);
    }

    @Override
    public void residualRmsNormForward(Tensor sum, Tensor y, Tensor r, Tensor a, Tensor b, Tensor w, float epsilon) {
        norm.forwardOfSum(sum, y, r, a, b, w, epsilon);
    }

    @Override
    public void rmsNormRecompute(Tensor y, Tensor r, Tensor x, Tensor w) {
        norm.recompute(y, r, x, w);
    }

    @Override
    public void rmsNormBackwardAdd(Tensor dx, @Nullable Gradient dw, Tensor dy, Tensor x, Tensor r, Tensor w) {
        norm.backwardAddInput(dx, dy, x, r, w);
        if (dw == null) return;
        var before = timeline.enter(Phase.BACKWARD_WEIGHT);
        norm.backwardWeight(dw, dy, x, r);
        timeline.enter(before);
    }

    @Override
    public void linearForward(Tensor y, Tensor x, Tensor w) {
        products.forward(y, x, w);
    }

    @Override
    public void linearBackwardInput(Tensor dx, Tensor dy, Tensor w) {
        products.backwardInput(dx, dy, w);
    }

    @Override
    public void linearBackwardWeight(Gradient dw, Tensor dy, Tensor x) {
        var before = timeline.enter(Phase.BACKWARD_WEIGHT);
        products.backwardWeight(dw, dy, x);
        timeline.enter(before);
    }

    @Override
    public void ropeForward(Tensor x, Tensor positions, Tensor cos, Tensor sin) {
        rope.rotate(x, positions, cos, sin, 1);
    }

    @Override
    public void ropeBackward(Tensor dx, Tensor positions, Tensor cos, Tensor sin) {
        rope.rotate(dx, positions, cos, sin, -1);
    }

    @Override
    public void attentionForward(
            Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v, Sequences sequences, int headSize) {
        attention.forward(out, lse, q, k, v, sequences, headSize);
    }

    @Override
    public void attentionBackward(
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
        attention.backward(dq, dk, dv, dOut, lse, q, k, v, sequences, headSize);
    }

    @Override
    public void cachedAttentionForward(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor keyCache,
            Tensor valueCache,
            CacheSlots slots,
            int headSize) {
        attention.cached(out, q, k, v, keyCache, valueCache, slots, headSize);
    }

    @Override
    public void swigluForward(Tensor y, Tensor gate, Tensor up) {
        elementwise.swigluForward(y, gate, up);
    }

    @Override
    public void swigluBackward(Tensor dGate, Tensor dUp, Tensor dy, Tensor gate, Tensor up) {
        elementwise.swigluBackward(dGate, dUp, dy, gate, up);
    }

    @Override
    public void add(Tensor y, Tensor a, Tensor b) {
        elementwise.add(y, a, b);
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        elementwise.copy(y, x);
    }

    @Override
    public void convert(Tensor y, Tensor x) {
        if (y.dtype() != x.dtype()) throw new IllegalArgumentException("from " + x.dtype() + " to " + y.dtype());
        elementwise.copy(y, x);
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, Tensor rows) {
        elementwise.gatherRows(out, x, rows);
    }

    @Override
    public void scatterRows(Tensor out, Tensor x, Tensor rows) {
        elementwise.scatterRows(out, x, rows);
    }

    @Override
    public void crossEntropyForward(Tensor losses, Tensor logits, Tensor targets) {
        crossEntropy.forward(losses, logits, targets);
    }

    @Override
    public void crossEntropyForwardBackward(Tensor losses, Tensor logits, Tensor targets, Tensor weights) {
        crossEntropy.forwardBackward(losses, logits, targets, weights);
    }

    @Override
    public void sumLosses(Tensor sum, Tensor losses) {
        crossEntropy.sum(sum, losses);
    }

    @Override
    public void pairLogProbs(Tensor pairs, Tensor losses) {
        preference.logProbs(pairs, losses);
    }

    @Override
    public void pairLosses(Tensor sums, Tensor weights, Tensor pairs, Tensor losses, PairLoss loss) {
        preference.losses(sums, weights, pairs, losses, loss);
    }

    @Override
    public void sample(Tensor ids, Tensor logits, Tensor uniforms, double temperature, double topP) {
        nextToken.choose(ids, logits, uniforms, temperature, topP);
    }

    @Override
    public void gradientNorm(Tensor out, UpdateTable table) {
        adamW.norm(out, table.gradients());
    }

    @Override
    public void adamW(UpdateTable table, Tensor scalars, Tensor gradientNorm) {
        adamW.step(table.segments(), AdamWScalars.read(scalars.memory()), gradientNorm);
    }

    @Override
    public void gradientProducts(Tensor products, Tensor gradient, Tensor memories) {
        projection.products(products, gradient, memories);
    }

    @Override
    public void addGradients(Tensor gradient, Tensor memories, Tensor coefficients) {
        projection.add(gradient, memories, coefficients);
    }

    @Override
    public void zero(Tensor x) {
        elementwise.zero(x);
    }
}
