package org.halftune.backend;

import org.jspecify.annotations.Nullable;

/**
 * The operations that a Llama needs, each forward with its backward. Outputs come first. Tensors are dense and
 * row-major in the backend's {@linkplain Backend#storage storage} type, ids and offsets are I32, reductions fp32 or wider.
 * The operands of products, RoPE, attention and SwiGLU may have a {@linkplain Tensor#rowStride row stride}; so may logits.
 *
 * <p>Letters: T tokens of all sequences of a batch one after another, H hidden size, I and O a matrix's inputs and
 * outputs, V vocabulary, N query heads, K key-value heads, D head size. {@link Sequences} holds where each of S sequences
 * begins: attention never looks across it.
 *
 * <p>A {@link Gradient} is overwritten by the first contribution of a step and added to by later ones. Gradients of
 * activations are overwritten unless the name says {@code Add}.
 */
public interface Ops {

    /** {@code out[t] = table[ids[t]]}: out [T,H], table [V,H], ids [T]. */
    void embeddingForward(Tensor out, Tensor table, Tensor ids);

    /**
     * {@code dTable[ids[t]] += dOut[t]}, equal ids in the order of t: dTable [V,H], dOut [T,H], ids [T], and order [T] the
     * tokens sorted by id, then by t, so that the contributions to a row are neighbours and one thread block can add them.
     */
    void embeddingBackward(Gradient dTable, Tensor dOut, Tensor ids, Tensor order);

    /** {@code y = x·r·w} with {@code r = 1/√(mean(x²)+ε)} (arXiv 1910.07467): x, y [T,H], w [H], r [T] kept for later. */
    void rmsNormForward(Tensor y, Tensor r, Tensor x, Tensor w, float epsilon);

    /** The residual sum {@code sum = a + b}, then {@link #rmsNormForward} of it: sum, y, a, b [T,H]. sum may be a or b. */
    void residualRmsNormForward(Tensor sum, Tensor y, Tensor r, Tensor a, Tensor b, Tensor w, float epsilon);

    /** {@code y = x·r·w} again from a kept r, for a backward pass that did not keep y. */
    void rmsNormRecompute(Tensor y, Tensor r, Tensor x, Tensor w);

    /**
     * Adds to dx (the gradient that comes along the residual stream) the gradient through the norm; dw null: frozen.
     * {@code dx_i += r·(g_i − x_i·r²·mean(g·x))} with {@code g = dy·w}, {@code dw_i += Σ_t dy_i·x_i·r}.
     */
    void rmsNormBackwardAdd(Tensor dx, @Nullable Gradient dw, Tensor dy, Tensor x, Tensor r, Tensor w);

    /** {@code y = x·Wᵀ}: y [T,O] in storage type or fp32, x [T,I], W [O,I]. */
    void linearForward(Tensor y, Tensor x, Tensor w);

    /** {@code dx = dy·W}: dx [T,I], dy [T,O], W [O,I]. */
    void linearBackwardInput(Tensor dx, Tensor dy, Tensor w);

    /** {@code dW += dyᵀ·x}: dW [O,I], dy [T,O], x [T,I]. */
    void linearBackwardWeight(Gradient dw, Tensor dy, Tensor x);

    /**
     * Rotates each pair (i, i + D/2) of each head by the angle of its position, in place (arXiv 2104.09864): x [T,heads·D],
     * positions [T], cos and sin [P,D/2].
     */
    void ropeForward(Tensor x, Tensor positions, Tensor cos, Tensor sin);

    /** The inverse rotation, in place: dx [T,heads·D]. */
    void ropeBackward(Tensor dx, Tensor positions, Tensor cos, Tensor sin);

    /**
     * Causal grouped-query attention {@code softmax(q·kᵀ/√D)·v} within each sequence: out, q [T,N·D], k, v [T,K·D], lse
     * [N,T] the log-sum-exp of each row of scores, kept for the backward pass.
     */
    void attentionForward(Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v, Sequences sequences, int headSize);

    /**
     * Recomputes the probabilities from lse. Shapes as in the forward pass. It reads the output only through
     * {@code Σ_j P_ij·dP_ij = dOut_i·out_i}, so the output need not be kept; out null: it was not, and the left side is used.
     *
     * @param delta [N,T] fp32, scratch: a backend that needs these sums for all rows at once writes them here
     */
    void attentionBackward(
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
            int headSize);

    /**
     * Attention of new tokens against a cache, for generation. Appends k and v of each sequence to its cache row, then
     * attends causally over all that is cached: out, q [T,N·D], k, v [T,K·D], caches [rows,P,K·D].
     */
    void cachedAttentionForward(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor keyCache,
            Tensor valueCache,
            CacheSlots slots,
            int headSize);

    /** {@code y = silu(gate)·up} (arXiv 2002.05202): all [T,I]. y may be gate or up. */
    void swigluForward(Tensor y, Tensor gate, Tensor up);

    /** dGate, dUp from dy; may overwrite gate and up or dy: all [T,I]. */
    void swigluBackward(Tensor dGate, Tensor dUp, Tensor dy, Tensor gate, Tensor up);

    /** {@code y = a + b}, y may be a or b. */
    void add(Tensor y, Tensor a, Tensor b);

    void copy(Tensor y, Tensor x);

    /** {@code y = x}, rounded to y's element type or widened exactly. */
    void convert(Tensor y, Tensor x);

    /** {@code out[i] = x[rows[i]]}, zeros where rows[i] is negative: out [R,H], x [T,H], rows [R]. */
    void gatherRows(Tensor out, Tensor x, Tensor rows);

    /** {@code out = 0, out[rows[i]] = x[i]}: out [T,H], x [R,H], rows [R] without repeats; negative ones are skipped. */
    void scatterRows(Tensor out, Tensor x, Tensor rows);

    /**
     * {@code losses[r] = logsumexp(logits[r]) − logits[r,targets[r]]}, the negative log-probability of the target; 0 where the
     * target is negative: losses [R] fp32, logits [R,V] in storage type or fp32, targets [R].
     */
    void crossEntropyForward(Tensor losses, Tensor logits, Tensor targets);

    /**
     * The losses as in the forward pass and, in place of the logits, their gradient times each row's weight:
     * {@code (softmax(logits[r]) − onehot(targets[r]))·weights[r]}, 0 where the target is negative. weights [R] fp32.
     */
    void crossEntropyForwardBackward(Tensor losses, Tensor logits, Tensor targets, Tensor weights);

    /**
     * Adds the losses to a running sum of about 48 bits: sum [2] fp32, what the first element rounds away is in the second;
     * losses [R] fp32, summed in double in a fixed order. An infinite or NaN loss makes the sum infinite or NaN.
     */
    void sumLosses(Tensor sum, Tensor losses);

    /**
     * Writes the reference's log-probabilities into a table of pairs: {@code −Σ losses} of both sequences of each pair. pairs I32:
     * {@link PairTable}; losses [R] fp32, summed in double in a fixed order and rounded once.
     */
    void pairLogProbs(Tensor pairs, Tensor losses);

    /**
     * The losses of preference pairs: writes the weight of each row of a pair, minus scale times the derivative of the pair's
     * loss with respect to its sequence's log-probability, and adds the pairs' {@linkplain PairTable.Figure figures} to sums.
     * weights, losses [R] fp32, other rows of weights stay; pairs I32: {@link PairTable}, with the reference's log-probabilities;
     * sums [12] fp32, two elements for each figure as in {@link #sumLosses}.
     */
    void pairLosses(Tensor sums, Tensor weights, Tensor pairs, Tensor losses, PairLoss loss);

    /** {@code norm[0] = √Σ g²} over all gradients of the table, summed in double in a fixed order: norm [1] fp32. */
    void gradientNorm(Tensor norm, UpdateTable table);

    /**
     * Clips by the norm and steps every segment of the table, in one launch: see {@link AdamWStep}. scalars [13] I32: {@link
     * AdamWScalars}; norm [1] fp32. A norm that is NaN, or infinite where it would clip, leaves everything as it is.
     */
    void adamW(UpdateTable table, Tensor scalars, Tensor norm);

    /**
     * The dot products of every two of the gradients g₀ = gradient, g₁ … g_K = the rows of memories, summed in double in a fixed
     * order: {@code products[i(i+1)/2 + j] = ⟨gᵢ, gⱼ⟩} for j ≤ i ≤ K. gradient [N], memories [K,N] fp32; products
     * [(K+1)(K+2)/2, 2] I32: the words of a double, the low one first.
     */
    void gradientProducts(Tensor products, Tensor gradient, Tensor memories);

    /**
     * {@code gradient += Σ coefficients[k]·memories[k]}, from k = 0 on. A coefficient of 0 adds nothing, and if all are 0 the gradient
     * keeps its bits. gradient [N], memories [K,N], coefficients [K] fp32.
     */
    void addGradients(Tensor gradient, Tensor memories, Tensor coefficients);

    /**
     * The next id of each row: at temperature 0 the largest logit, of equal ones the lowest id; else a draw from {@code
     * softmax(logits / temperature)} cut to its nucleus (Holtzman et al. 2020, arXiv 1904.09751), the fewest, most probable
     * ids whose probabilities reach topP. The draw is the id at the share uniforms[s] of the mass, most probable first (uncut:
     * in order of id). −1 where the logits hold NaN or +∞. ids [S], logits [S,V] fp32, uniforms [S] fp32 in [0, 1).
     */
    void sample(Tensor ids, Tensor logits, Tensor uniforms, double temperature, double topP);

    /** Sets all bytes to zero. */
    void zero(Tensor x);
}
