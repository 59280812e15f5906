package org.halftune.backend.cuda.op;

import org.halftune.backend.CacheSlots;
import org.halftune.backend.Gradient;
import org.halftune.backend.Ops;
import org.halftune.backend.PairLoss;
import org.halftune.backend.Phase;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.backend.Timeline;
import org.halftune.backend.UpdateTable;
import org.halftune.backend.cuda.launch.LaunchSink;
import org.jspecify.annotations.Nullable;

/** Table of contents: which class describes the launches of which op. Weight gradients are a phase of their own. */
public final class CudaOps implements Ops {
    private final LaunchSink sink;
    private final Timeline timeline;
    private final CudaConversion conversion;
    private final CudaProducts products;
    private final CudaElementwise elementwise;
    private final CudaEmbedding embedding;
    private final CudaRmsNorm norm;
    private final CudaRope rope;
    private final CudaSwiglu swiglu;
    private final CudaAttention attention;
    private final CachedAttention cachedAttention;
    private final CudaCrossEntropy crossEntropy;
    private final CudaPreference preference;
    private final CudaGradientNorm gradientNorm;
    private final CudaAdamW adamW;
    private final CudaGradientProjection projection;
    private final CudaSampling sampling;

    public CudaOps(LaunchSink sink, Timeline timeline, DeviceScratch scratch) {
        this.sink = sink;
        this.timeline = timeline;
        conversion = new CudaConversion(sink);
        products = new CudaProducts(sink);
        elementwise = new CudaElementwise(sink);
        embedding = new CudaEmbedding(sink);
        norm = new CudaRmsNorm(sink, scratch);
        rope = new CudaRope(sink);
        swiglu = new CudaSwiglu(sink);
        attention = new CudaAttention(sink);
        cachedAttention = new CachedAttention(sink, scratch);
        crossEntropy = new CudaCrossEntropy(sink);
        preference = new CudaPreference(sink);
        gradientNorm = new CudaGradientNorm(sink, scratch);
        adamW = new CudaAdamW(sink);
        projection = new CudaGradientProjection(sink, scratch);
        sampling = new CudaSampling(sink);
    }

    @Override
    public void embeddingForward(Tensor out, Tensor table, Tensor ids) {
        embedding.forward(out, table, ids);
    }

    @Override
    public void embeddingBackward(Gradient dTable, Tensor dOut, Tensor ids, Tensor order) {
        var before = timeline.enter(Phase.BACKWARD_WEIGHT);
        embedding.backward(dTable, dOut, ids, order);
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
        attention.backward(dq, dk, dv, delta, dOut, out, lse, q, k, v, sequences, headSize);
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
        cachedAttention.forward(out, q, k, v, keyCache, valueCache, slots, headSize);
    }

    @Override
    public void swigluForward(Tensor y, Tensor gate, Tensor up) {
        swiglu.forward(y, gate, up);
    }

    @Override
    public void swigluBackward(Tensor dGate, Tensor dUp, Tensor dy, Tensor gate, Tensor up) {
        swiglu.backward(dGate, dUp, dy, gate, up);
    }

    @Override
    public void add(Tensor y, Tensor a, Tensor b) {
        elementwise.add(y, a, b);
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        sink.copy(y, x);
    }

    @Override
    public void convert(Tensor y, Tensor x) {
        conversion.convert(y, x);
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
        crossEntropy.sumLosses(sum, losses);
    }

    @Override
    public void gradientNorm(Tensor norm, UpdateTable table) {
        gradientNorm.compute(norm, table);
    }

    @Override
    public void adamW(UpdateTable table, Tensor scalars, Tensor norm) {
        adamW.step(table, scalars, norm);
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
    public void pairLogProbs(Tensor pairs, Tensor losses) {
        preference.logProbs(pairs, losses);
    }

    @Override
    public void pairLosses(Tensor sums, Tensor weights, Tensor pairs, Tensor losses, PairLoss loss) {
        preference.losses(sums, weights, pairs, losses, loss);
    }

    @Override
    public void sample(Tensor ids, Tensor logits, Tensor uniforms, double temperature, double topP) {
        sampling.sample(ids, logits, uniforms, temperature, topP);
    }

    @Override
    public void zero(Tensor x) {
        sink.zero(x);
    }
}
