package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.tensor.HostTensor;

/**
 * A batch in device memory. T tokens, S sequences, R labelled tokens; buffers hold the {@link Capacity}.
 *
 * @param tokens [T] ids
 * @param positions [T] place in the sequence, from 0
 * @param starts [S+1]
 * @param rows [R] which tokens are labelled
 * @param targets [R] what they have to predict
 */
record DeviceBatch(Tensor tokens, Tensor positions, Tensor starts, Tensor rows, Tensor targets) {

    static DeviceBatch allocate(Allocator a, Capacity capacity) {
        return new DeviceBatch(
                a.ints(capacity.tokens()),
                a.ints(capacity.tokens()),
                a.ints(capacity.sequences() + 1L),
                a.ints(capacity.tokens()),
                a.ints(capacity.tokens()));
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
    }

    /** @param past how many tokens each sequence has behind it already */
    Loaded upload(Backend backend, Batch batch, int[] past) {
        int tokenCount = batch.tokenCount();
        if (tokenCount > tokens.dim(0) || batch.sequenceCount() + 1 > starts.dim(0)) {
            throw new IllegalArgumentException("batch of " + tokenCount + " tokens in " + batch.sequenceCount()
                    + " sequences; the buffers hold " + tokens.dim(0) + " in " + (starts.dim(0) - 1));
        }
        var places = new int[tokenCount];
        List<Integer> lengths = new ArrayList<>();
        for (int s = 0; s < batch.sequenceCount(); s++) {
            int start = batch.starts()[s], end = batch.starts()[s + 1];
            lengths.add(end - start);
            for (int t = start; t < end; t++) places[t] = past[s] + t - start;
        }
        var labelled = java.util.stream.IntStream.range(0, tokenCount)
                .filter(t -> batch.targets()[t] != Batch.IGNORED)
                .toArray();
        var wanted =
                java.util.Arrays.stream(labelled).map(t -> batch.targets()[t]).toArray();
        var loaded = new DeviceBatch(
                put(backend, tokens, batch.tokens()),
                put(backend, positions, places),
                put(backend, starts, batch.starts()),
                put(backend, rows, labelled),
                put(backend, targets, wanted));
        return new Loaded(loaded, new Sequences(loaded.starts, lengths), tokenCount, labelled);
    }

    private static Tensor put(Backend backend, Tensor buffer, int[] values) {
        var target = buffer.rows(values.length);
        backend.upload(target, HostTensor.of(values));
        return target;
    }
}
