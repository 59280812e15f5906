package org.halftune.model;

import org.halftune.tensor.DType;

/**
 * The shape of a Llama, as in {@code config.json}.
 *
 * @param headSize D; usually {@code hiddenSize / attentionHeads}, {@code head_dim} may differ
 * @param keyValueHeads K; divides {@code attentionHeads} (grouped-query attention, arXiv 2305.13245)
 * @param maxPositions tokens of the longest sequence
 * @param tiedHead whether the embedding matrix is also the language-model head
 * @param initializerRange standard deviation of freshly drawn matrices
 * @param dtype how the weights are stored in files
 */
public record LlamaConfig(
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int attentionHeads,
        int keyValueHeads,
        int headSize,
        int maxPositions,
        float normEpsilon,
        Rope rope,
        boolean tiedHead,
        float initializerRange,
        DType dtype) {

    /** N·D, the width of queries and of the attention output. */
    public int queryWidth() {
        return attentionHeads * headSize;
    }

    /** K·D, the width of keys and of values. */
    public int keyValueWidth() {
        return keyValueHeads * headSize;
    }
}
