package org.halftune.backend;

import java.util.List;
import org.halftune.tensor.HostTensor;

/**
 * The tensors of an update: every trainable tensor with its gradient and state. On the host it is a list, in device memory a table,
 * so that one launch covers them all and a captured graph can be replayed.
 *
 * <p>A row of the table is the structure {@code AdamWSegment} of {@code update.cuh}, 64 bytes: the addresses of weight, master
 * (0: none), gradient, first and second moment; the number of elements; the number of its first piece (each segment is cut into
 * pieces of {@link #PIECE} elements, numbered over all segments); whether it decays; its own number. {@code SharedLayoutTest}
 * compares the two.
 *
 * @param words [S,16] I32, filled from {@link #rows}; the CPU backend reads the list only
 */
public record UpdateTable(List<AdamWSegment> segments, Tensor words) {
    /** Elements of a block. */
    public static final int PIECE = 8192;

    /** Ints in a row. */
    public static final int ROW = 16;

    private static final int LONGS = ROW / 2;

    public UpdateTable {
        segments = List.copyOf(segments);
    }

    /** The rows [S·16] of these segments. */
    public static HostTensor rows(List<AdamWSegment> segments) {
        var rows = new int[ROW * segments.size()];
        long piece = 0;
        for (int i = 0; i < segments.size(); i++) {
            var segment = segments.get(i);
            var master = segment.master();
            var row = new long[LONGS];
            row[0] = segment.weight().memory().address();
            row[1] = master == null ? 0 : master.memory().address();
            row[2] = segment.gradient().tensor().memory().address();
            row[3] = segment.firstMoment().memory().address();
            row[4] = segment.secondMoment().memory().address();
            row[5] = segment.weight().elements();
            row[6] = piece;
            row[7] = (segment.decayed() ? 1 : 0) | (long) i << 32;
            for (int word = 0; word < ROW; word++) rows[ROW * i + word] = (int) (row[word / 2] >>> (32 * (word % 2)));
            piece += pieces(segment);
        }
        return HostTensor.of(rows);
    }

    /** Pieces of all segments. */
    public int pieces() {
        return Math.toIntExact(segments.stream().mapToLong(UpdateTable::pieces).sum());
    }

    private static long pieces(AdamWSegment segment) {
        return Math.ceilDiv(segment.weight().elements(), (long) PIECE);
    }

    public List<Gradient> gradients() {
        return segments.stream().map(AdamWSegment::gradient).toList();
    }
}
