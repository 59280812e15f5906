package org.halftune.backend.cuda;

import org.halftune.backend.CacheSlots;
import org.halftune.backend.Gradient;
import org.halftune.backend.Ops;
import org.halftune.backend.Phase;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.backend.UpdateTable;
import org.jspecify.annotations.Nullable;

/** {@link CudaOps}, if each op wrote down its launches and what they cost instead of launching. */
final class CostOps implements Ops {
    private final CostNotes notes;
    private final ElementwiseCosts elementwise;
    private final EmbeddingCosts embedding;
    private final NormCosts norm;
    private final ProductCosts products;
    private final AttentionCosts attention;
    private final CrossEntropyCosts crossEntropy;
    private final UpdateCosts update;
    private final GenerationCosts generation;

    CostOps(CostNotes notes, DeviceContents contents) {
        this.notes = notes;
        elementwise = new ElementwiseCosts(notes, contents);
        embedding = new EmbeddingCosts(notes, contents);
        norm = new NormCosts(notes);
        products = new ProductCosts(notes, elementwise);
        attention = new AttentionCosts(notes);
        crossEntropy = new CrossEntropyCosts(notes, contents);
        update = new UpdateCosts(notes);
        generation = new GenerationCosts(notes, contents);
    }

    private void forWeights(Runnable op) {
        var before = notes.enter(Phase.BACKWARD_WEIGHT);
        op.run();
        notes.enter(before);
    }

    @Override
    public void embeddingForward(Tensor out, Tensor table, Tensor ids) {
        embedding.forward(out);
    }

    @Override
    public void embeddingBackward(Gradient dTable, Tensor dOut, Tensor ids, Tensor order) {
        forWeights(() -> {
            if (!dTable.accumulate()) elementwise.fill(dTable.tensor());
            embedding.backward(dOut, ids, order);
        });
    }

    @Override
    public void rmsNormForward(Tensor y, Tensor r, Tensor x, Tensor w, float epsilon) {
        norm.forward(x);
    }

    @Override
    public void residualRmsNormForward(Tensor sum, Tensor y, Tensor r, Tensor a, Tensor b, Tensor w, float epsilon) {
        norm.forwardOfSum(sum);
    }

    @Override
    public void rmsNormRecompute(Tensor y, Tensor r, Tensor x, Tensor w) {
        norm.recompute(x);
    }

    @Override
    public void rmsNormBackwardAdd(Tensor dx, @Nullable Gradient dw, Tensor dy, Tensor x, Tensor r, Tensor w) {
        norm.backwardAddInput(x);
        if (dw != null) forWeights(() -> norm.backwardWeight(dw.accumulate(), x));
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
        forWeights(() -> products.backwardWeight(dw, dy, x));
    }

    @Override
    public void ropeForward(Tensor x, Tensor positions, Tensor cos, Tensor sin) {
        elementwise.rope(x, cos);
    }

    @Override
    public void ropeBackward(Tensor dx, Tensor positions, Tensor cos, Tensor sin) {
        elementwise.rope(dx, cos);
    }

    @Override
    public void attentionForward(
            Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v, Sequences sequences, int headSize) {
        attention.forward(q, k, sequences, headSize);
    }

    @Override
    public void attentionBackward(
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dOut,
            @Nullable Tensor out,
            Tensor lse,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            int headSize) {
        attention.backward(q, k, out, sequences, headSize);
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
        generation.cachedAttention(q, k, slots, headSize);
    }

    @Override
    public void swigluForward(Tensor y, Tensor gate, Tensor up) {
        elementwise.swigluForward(y);
    }

    @Override
    public void swigluBackward(Tensor dGate, Tensor dUp, Tensor dy, Tensor gate, Tensor up) {
        elementwise.swigluBackward(dy);
    }

    @Override
    public void add(Tensor y, Tensor a, Tensor b) {
        elementwise.add(y);
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        elementwise.copy(y, x);
    }

    @Override
    public void convert(Tensor y, Tensor x) {
        elementwise.convert(y, x);
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, Tensor rows) {
        elementwise.gatherRows(out, rows);
    }

    @Override
    public void scatterRows(Tensor out, Tensor x, Tensor rows) {
        elementwise.scatterRows(out, x, rows);
    }

    @Override
    public void crossEntropyForward(Tensor losses, Tensor logits, Tensor targets) {
        crossEntropy.forward(logits, targets);
    }

    @Override
    public void crossEntropyForwardBackward(
            Tensor losses, Tensor logits, Tensor targets, Tensor scale, @Nullable Tensor weights) {
        crossEntropy.forwardBackward(logits, targets, weights != null);
    }

    @Override
    public void sumLosses(Tensor sum, Tensor losses) {
        crossEntropy.sumLosses(losses);
    }

    @Override
    public void gradientNorm(Tensor out, UpdateTable table) {
        update.gradientNorm(table);
    }

    @Override
    public void adamW(UpdateTable table, Tensor scalars, Tensor gradientNorm) {
        update.adamW(table);
    }

    @Override
    public void sample(Tensor ids, Tensor logits, Tensor uniforms, double temperature, double topP) {
        generation.sample(logits, temperature, topP);
    }

    @Override
    public void zero(Tensor x) {
        elementwise.fill(x);
    }
}
