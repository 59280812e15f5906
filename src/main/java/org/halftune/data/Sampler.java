package org.halftune.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The order in which rows are trained on. The position is one number, the rows consumed since the start, so a run
 * resumed with this number continues exactly where it stopped. The order of an epoch depends only on (seed, epoch,
 * rows). Every row comes once per epoch. The last batch of an epoch may be smaller; a batch never spans two epochs.
 *
 * <p>Not thread-safe: it keeps the order of the current epoch.
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
     * @param rows number of rows in the data set, at least 1
     * @param batchSize rows per batch, at least 1
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

    /** The epoch, from 0, of the row at {@code position}. */
    public long epoch(long position) {
        return position / rows;
    }

    /**
     * The next batch.
     *
     * @param position rows consumed so far; the next position is {@code position + batch.length}
     * @return row indices
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
        new OrderStream(seed, epoch).shuffle(indices);
        return indices;
    }
}
