package org.halftune.model;

import org.halftune.backend.Ops;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;

/**
 * One transformer layer: {@code x2 = x + attention(norm(x))}, {@code next = x2 + feedForward(norm(x2))}.
 *
 * <p>T tokens, H hidden. The residual stream and its gradient are [T,H]; a norm is [H].
 */
final class Block {
    private final Ops ops;
    private final float epsilon;
    private final Parameter norm1;
    private final Parameter norm2;
    private final SelfAttention attention;
    private final FeedForward feedForward;
    private final Recomputation recomputation;

    Block(Ops ops, Parameters parameters, int layer, RopeTables rope, Recomputation recomputation) {
        this.ops = ops;
        epsilon = parameters.config().normEpsilon();
        norm1 = parameters.get(ParameterRole.INPUT_NORM, layer);
        norm2 = parameters.get(ParameterRole.POST_ATTENTION_NORM, layer);
        attention = new SelfAttention(ops, parameters, layer, rope);
        feedForward = new FeedForward(ops, parameters, layer);
        this.recomputation = recomputation;
    }

    /** @param below whether anything below the block is trainable */
    Kept kept(boolean below) {
        return Kept.of(attention, feedForward, recomputation, below);
    }

    boolean trainable() {
        return norm1.trainable() || attention.trainable() || norm2.trainable() || feedForward.trainable();
    }

    /** Fills {@code a} from its x, and {@code next} [T,H], which may be x. */
    void forward(Tensor next, BlockActivations a, Tensor positions, Attend attend, Workspace w) {
        fill(a, positions, attend, w);
        feedForward.output(w.branch(), a);
        ops.add(next, a.x2(), w.branch());
    }

    /**
     * Fills {@code a} from its x with all that the backward pass reads: the forward pass up to SwiGLU, or that again where
     * only x was kept.
     */
    void fill(BlockActivations a, Tensor positions, Attend attend, Workspace w) {
        ops.rmsNormForward(a.normed1(), a.r1(), a.x(), norm1.value(), epsilon);
        attention.forward(w.branch(), a, positions, attend);
        ops.residualRmsNormForward(a.x2(), a.normed2(), a.r2(), a.x(), w.branch(), norm2.value(), epsilon);
        feedForward.hidden(a);
    }

    /**
     * Turns the stream's gradient after the block, {@code w.stream()}, into the one before it, in place. Adds to the gradients
     * of the trainable parameters.
     *
     * @param inputGradient whether anything below the block is trainable
     */
    void backward(BlockActivations a, Tensor positions, Sequences sequences, Workspace w, boolean inputGradient) {
        var d = w.stream();
        var kept = kept(inputGradient);
        boolean below2 = inputGradient || norm1.trainable() || attention.trainable();
        if (feedForward.readsHidden() && !kept.hidden()) feedForward.swiglu(a);
        if (feedForward.readsInput() && !kept.normed2()) {
            ops.rmsNormRecompute(a.normed2(), a.r2(), a.x2(), norm2.value());
        }
        feedForward.backward(w.dNormed(), d, a, w, below2 || norm2.trainable());
        if (below2 || norm2.trainable()) {
            ops.rmsNormBackwardAdd(d, norm2.gradient(), w.dNormed(), a.x2(), a.r2(), norm2.value());
        }
        if (!below2) return;
        boolean below1 = inputGradient || norm1.trainable();
        if (attention.readsInput() && !kept.normed1()) {
            ops.rmsNormRecompute(a.normed1(), a.r1(), a.x(), norm1.value());
        }
        attention.backward(w.dNormed(), d, a, kept.attended(), positions, sequences, w, below1);
        if (below1) ops.rmsNormBackwardAdd(d, norm1.gradient(), w.dNormed(), a.x(), a.r1(), norm1.value());
    }
}
