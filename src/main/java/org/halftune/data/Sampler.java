package org.halftune.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The order in which rows are trained on. A place in it is one number, the rows consumed since the beginning, so a resumed
 * run that knows this number goes on exactly where it stopped. An epoch's order depends on (seed, epoch, rows) alone. Every
 * row comes once an epoch; the last batch of an epoch may be smaller, and no batch crosses into the next.
 *
 * <p>Not for use by several threads: it keeps the current epoch's order.
 */
public final class Sampler {

    /** {@code train_sampling_strategy}. */
    public enum Order {
        RANDOM,
        SEQUENTIAL
    }

    private final int rows;
    private final int batchSize;
    private final long seed;
    private final Order order;

    private long currentEpoch = -1;
    private int[] current = new int[0];

    /**
     * @param rows rows of the data set, at least 1
     * @param batchSize rows of a batch, at least 1
     */
    public Sampler(int rows, int batchSize, long seed, Order order) {
        if (rows < 1 || batchSize < 1) throw new IllegalArgumentException(rows + " rows, batches of " + batchSize);
        this.rows = rows;
        this.batchSize = batchSize;
        this.seed = seed;
        this.order = order;
    }

    public int rows() {
        return rows;
    }

    /** ⌈rows / batchSize⌉, as in transformers without {@code dataloader_drop_last}. */
    public int batchesPerEpoch() {
        return (rows + batchSize - 1) / batchSize;
    }

    /** The epoch, from 0, to which the row after {@code position} consumed ones belongs. */
    public long epoch(long position) {
        return position / rows;
    }

    /**
     * The next batch.
     *
     * @param position rows consumed so far; afterwards it is {@code position + batch.length}
     * @return indices of rows
     */
    public int[] batch(long position) {
        if (position < 0) throw new IllegalArgumentException("position " + position);
        long epoch = epoch(position);
        if (epoch != currentEpoch) {
            current = epochOrder(epoch);
            currentEpoch = epoch;
        }
        int from = (int) (position % rows);
        return Arrays.copyOfRange(current, from, Math.min(rows, from + batchSize));
    }

    private int[] epochOrder(long epoch) {
        int[] indices = IntStream.range(0, rows).toArray();
        if (order == Order.SEQUENTIAL) return indices;
        var random = new SplitMix(seed, epoch);
        for (int i = rows - 1; i > 0; i--) { // Fisher–Yates
            int j = random.below(i + 1);
            int kept = indices[i];
            indices[i] = indices[j];
            indices[j] = kept;
        }
        return indices;
    }

    /**
     * SplitMix64 (Steele, Lea, Flood 2014, Fast Splittable Pseudorandom Number Generators), written out so that an order
     * stays the same in every Java version.
     */
    private static final class SplitMix {
        private static final long GAMMA = 0x9E3779B97F4A7C15L;
        private long state;

        SplitMix(long seed, long stream) {
            state = mix(seed) + mix(stream + GAMMA);
        }

        /** Uniform in [0, bound): the high half of a 32×32-bit product; the bias of at most bound/2³² is left. */
        int below(int bound) {
            state += GAMMA;
            return (int) (((mix(state) >>> 32) * bound) >>> 32);
        }

        private static long mix(long z) {
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }
    }
}
