package org.halftune.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * fp32 to bfloat16, up or down at random, so that the mean is exact (Gupta et al. 2015, arXiv 1502.02551): of the 65536
 * values of 16 random bits as many round up as make x the mean. What bfloat16 can hold keeps its bits. Infinity and NaN
 * stay what they are.
 *
 * <p>The same seed gives the same bits, in whatever pieces and order a tensor is rounded: element i takes the low half
 * of word {@code i mod 4} of {@link Philox} with the counter {@code (i/4, use, tensor, step)} and the seed as key.
 * Weights of a step are thus those that {@code adamw.cu} draws.
 *
 * @param use what is drawn: draws for different uses are independent
 * @param tensor number of the tensor: among those that learn for a step, among all of the model for a file
 * @param step of training; 0 for a file
 */
public record StochasticRounding(long seed, Use use, int tensor, int step) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int INFINITY = 0x7f800000;

    /** {@code adamw.cu} draws moments with 0. */
    public enum Use {
        STEP(1),
        FILE(2);

        private final int word;

        Use(int word) {
            this.word = word;
        }
    }

    /** The draw of tensor {@code tensor}, of all of a model, for a file. */
    public static StochasticRounding ofFile(long seed, int tensor) {
        return new StochasticRounding(seed, Use.FILE, tensor, 0);
    }

    /** The draw of tensor {@code tensor}, of those that learn, after step {@code step}. */
    public static StochasticRounding ofStep(long seed, int tensor, int step) {
        return new StochasticRounding(seed, Use.STEP, tensor, step);
    }

    /**
     * A rounded copy on the heap.
     *
     * @param x F32: a piece of the tensor
     * @param first where in the tensor it begins
     * @return BF16
     */
    public HostTensor round(HostTensor x, long first) {
        if (x.dtype() != DType.F32) throw new IllegalArgumentException(x.dtype() + " is not rounded");
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
