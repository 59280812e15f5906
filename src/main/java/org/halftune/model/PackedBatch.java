package org.halftune.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.backend.Sequences;
import org.halftune.model.BatchLayout.Part;
import org.halftune.tensor.HostTensor;

/**
 * A batch as the device reads it, still on the host, in one block of ints.
 *
 * @param lengths of the S sequences
 * @param labelledRows which tokens are labelled, without the padding
 */
record PackedBatch(BatchLayout layout, HostTensor words, List<Integer> lengths, int[] labelledRows) {

    /**
     * Packs a batch.
     *
     * @param buckets what the number of labelled rows is padded to
     * @param ordered whether the tokens are needed sorted by id, as for the embedding's gradient
     * @param past how many earlier tokens of each sequence are in the cache
     * @param weights what the loss of each token is multiplied by; the batch may be longer by padding
     * @param notes what the objective's ops read
     */
    static PackedBatch of(Batch batch, Buckets buckets, boolean ordered, int[] past, float[] weights, int[] notes) {
        int tokens = batch.tokenCount();
        var lengths = IntStream.range(0, batch.sequenceCount())
                .mapToObj(s -> batch.starts()[s + 1] - batch.starts()[s])
                .toList();
        var labelled = IntStream.range(0, tokens)
                .filter(t -> batch.targets()[t] != Batch.IGNORED)
                .toArray();
        int rows = buckets.rows(labelled.length, (int) BatchLayout.padded(tokens, buckets.padding()));
        int[] chosen = new int[rows], wanted = new int[rows], worth = new int[rows];
        for (int r = 0; r < rows; r++) {
            chosen[r] = r < labelled.length ? labelled[r] : -1;
            wanted[r] = r < labelled.length ? batch.targets()[labelled[r]] : -1;
            worth[r] = r < labelled.length ? Float.floatToRawIntBits(weights[labelled[r]]) : 0;
        }
        var tables = Sequences.tables(lengths);
        var layout = new BatchLayout(tokens, rows, lengths.size(), ordered, notes.length);
        var words = new int[layout.words()];
        for (var part : Part.values()) {
            int[] values = switch (part) {
                case TOKENS -> batch.tokens();
                case ORDER -> ordered ? sorted(batch.tokens()) : new int[0];
                case POSITIONS -> places(lengths, past);
                case BEGIN -> tables[1];
                case END -> tables[2];
                case ROWS -> chosen;
                case TARGETS -> wanted;
                case WEIGHTS -> worth;
                case NOTES -> notes;
                case STARTS -> tables[0];
            };
            System.arraycopy(values, 0, words, layout.offset(part), values.length);
        }
        return new PackedBatch(layout, HostTensor.of(words), lengths, labelled);
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
}
