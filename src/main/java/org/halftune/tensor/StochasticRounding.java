package org.halftune.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Stochastic rounding of fp32 to bfloat16: up or down at random, so that the expected value is exact (Gupta et al.
 * 2015, arXiv 1502.02551). It adds 16 random bits and truncates. Values that bfloat16 can represent, infinity and NaN
 * are unchanged.
 *
 * <p>The same seed gives the same bits, whatever the pieces and the order in which a tensor is rounded: element i uses
 * the low half of word {@code i mod 4} of {@link Philox} with the counter {@code (i/4, use, tensor, step)} and the seed
 * as key. {@code adamw.cu} draws the same bits.
 *
 * @param use purpose of the draw; draws for different uses are independent
 * @param tensor index of the tensor: among the trainable ones for a step, among all of the model for a file
 * @param step training step; 0 for a file
 */
public record StochasticRounding(long seed, Use use, int tensor, int step) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int INFINITY = 0x7f800000;

    /** {@code adamw.cu} uses 0 for moments. */
    public enum Use {
        STEP(1),
        FILE(2);

        private final int word;

        Use(int word) {
            this.word = word;
        }
    }

    /** For tensor {@code tensor} of all tensors of a model, when a file is written. */
    public static StochasticRounding ofFile(long seed, int tensor) {
        return new StochasticRounding(seed, Use.FILE, tensor, 0);
    }

    /** For tensor {@code tensor} of the trainable tensors, after step {@code step}. */
    public static StochasticRounding ofStep(long seed, int tensor, int step) {
        return new StochasticRounding(seed, Use.STEP, tensor, step);
    }

    /**
     * A rounded copy on the heap.
     *
     * @param x F32: a piece of the tensor
     * @param first index of the piece's first element in the tensor
     * @return BF16
     */
    public HostTensor round(HostTensor x, long first) {
        if (x.dtype() != DType.F32) throw new IllegalArgumentException("cannot round " + x.dtype());
        var rounded = MemorySegment.ofArray(new short[Math.toIntExact(x.shape().elements())]);
        int keyLow = (int) seed, keyHigh = (int) (seed >>> 32);
        var words = new int[4];
        for (int i = 0; i < x.shape().elements(); i++) {
            int word = (int) (first + i) & 3;
            if (word == 0 || i == 0) {
                Philox.draw((int) ((first + i) >>> 2), use.word, tensor, step, keyLow, keyHigh, words);
            }
            rounded.set(SHORT, 2L * i, round(x.data().get(FLOAT, 4L * i), words[word]));
        }
        return new HostTensor(DType.BF16, x.shape(), rounded);
    }

    private static short round(float x, int random) {
        int bits = Float.floatToRawIntBits(x);
        if ((bits & INFINITY) == INFINITY) return HostTensor.toBfloat16(x);
        return (short) ((bits + (random & 0xffff)) >>> 16);
    }
}
