package org.halftune.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;

/**
 * A batch in device memory. T tokens, S sequences, R labelled tokens; buffers hold the {@link Capacity}.
 *
 * @param tokens [T] ids
 * @param order [T] the tokens sorted by id, equal ids by place
 * @param positions [T] place in the sequence, from 0
 * @param starts [S+1]
 * @param begin [T] the first token of each token's own sequence
 * @param end [T] one past its last
 * @param rows [R] which tokens are labelled; −1: padding, which has no loss
 * @param targets [R] what they have to predict
 * @param scale [1] fp32: what the loss of each token is multiplied by
 */
record DeviceBatch(
        Tensor tokens,
        Tensor order,
        Tensor positions,
        Tensor starts,
        Tensor begin,
        Tensor end,
        Tensor rows,
        Tensor targets,
        Tensor scale) {

    static DeviceBatch allocate(Allocator a, Capacity capacity, int padding) {
        return new DeviceBatch(
                a.ints(capacity.tokens()),
                a.ints(capacity.tokens()),
                a.ints(capacity.tokens()),
                a.ints(capacity.sequences() + 1L),
                a.ints(capacity.tokens()),
                a.ints(capacity.tokens()),
                a.ints(padded(capacity.tokens(), padding)),
                a.ints(padded(capacity.tokens(), padding)),
                a.floats(1));
    }

    /** {@code count} rounded up to a multiple of {@code padding}. */
    static long padded(long count, int padding) {
        return (count + padding - 1) / padding * padding;
    }

    /** The uploaded part of the buffers, with what the host knows of it. */
    record Loaded(DeviceBatch device, Sequences sequences, int tokenCount, int[] labelledRows) {
        Tensor tokens() {
            return device.tokens;
        }

        Tensor positions() {
            return device.positions;
        }

        int labelledCount() {
            return labelledRows.length;
        }

        /** R, with the padding. */
        int rowCount() {
            return (int) device.rows.dim(0);
        }
    }

    /** @param past how many tokens each sequence has behind it already */
    Loaded upload(Backend backend, Batch batch, int[] past) {
        int tokenCount = batch.tokenCount();
        if (tokenCount > tokens.dim(0) || batch.sequenceCount() + 1 > starts.dim(0)) {
            throw new IllegalArgumentException("batch of " + tokenCount + " tokens in " + batch.sequenceCount()
                    + " sequences; the buffers hold " + tokens.dim(0) + " in " + (starts.dim(0) - 1));
        }
        var lengths = IntStream.range(0, batch.sequenceCount())
                .mapToObj(s -> batch.starts()[s + 1] - batch.starts()[s])
                .toList();
        var labelled = IntStream.range(0, tokenCount)
                .filter(t -> batch.targets()[t] != Batch.IGNORED)
                .toArray();
        int rowCount = (int) padded(labelled.length, backend.padding());
        int[] chosen = new int[rowCount], wanted = new int[rowCount];
        for (int r = 0; r < rowCount; r++) {
            chosen[r] = r < labelled.length ? labelled[r] : -1;
            wanted[r] = r < labelled.length ? batch.targets()[labelled[r]] : -1;
        }
        var tables = Sequences.tables(lengths);
        var loaded = new DeviceBatch(
                put(backend, tokens, batch.tokens()),
                put(backend, order, sorted(batch.tokens())),
                put(backend, positions, places(lengths, past)),
                put(backend, starts, tables[0]),
                put(backend, begin, tables[1]),
                put(backend, end, tables[2]),
                put(backend, rows, chosen),
                put(backend, targets, wanted),
                scale);
        return new Loaded(
                loaded, new Sequences(loaded.starts, loaded.begin, loaded.end, lengths), tokenCount, labelled);
    }

    void uploadScale(Backend backend, double value) {
        backend.upload(scale, HostTensor.of(Shape.of(1), (float) value));
    }

    private static int[] places(List<Integer> lengths, int[] past) {
        var places = new int[lengths.stream().mapToInt(Integer::intValue).sum()];
        int t = 0;
        for (int s = 0; s < past.length; s++) {
            for (int i = 0; i < lengths.get(s); i++) places[t++] = past[s] + i;
        }
        return places;
    }

    /** The places of the ids in the order of the ids, equal ones in the order of their places. */
    static int[] sorted(int[] ids) {
        var keys = new long[ids.length];
        for (int t = 0; t < ids.length; t++) keys[t] = (long) ids[t] << 32 | t;
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }

    private static Tensor put(Backend backend, Tensor buffer, int[] values) {
        var target = buffer.rows(values.length);
        backend.upload(target, HostTensor.of(values));
        return target;
    }
}
