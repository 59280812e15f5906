package org.halftune.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.halftune.source.DataPart;

/**
 * Statistics and sample rows of the training data, for {@code halftune data}. Nothing is trained.
 *
 * @param lengths number of kept rows by their length in tokens
 * @param shown the first rows, with their tokens
 * @param packed number of rows after packing; 0 without packing
 */
public record DataSurvey(
        DatasetDescription description, SortedMap<Integer, Integer> lengths, List<Shown> shown, int packed) {

    public DataSurvey {
        lengths = Collections.unmodifiableSortedMap(new TreeMap<>(lengths));
        shown = List.copyOf(shown);
    }

    /** Number of rows that are kept. */
    public int kept() {
        return lengths.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * A sample row.
     *
     * @param sequences the tokens of each sequence; several if the row is split or holds several documents
     */
    public record Shown(EncodedRow row, List<List<Piece>> sequences) {}

    /**
     * Reads and encodes data sets as training does. Mixing weights are ignored.
     *
     * @param show number of sample rows
     * @param packedLength length of a packed row in tokens; 0 for no packing
     * @param threads number of encoding threads
     * @throws org.halftune.problem.InputError for the first row that cannot be used, as in training
     */
    public static DataSurvey of(
            List<DataPart> parts,
            ExampleEncoder encoder,
            Tokenizer tokenizer,
            int show,
            int packedLength,
            int threads) {
        var counter = new DatasetSummary.Counter(encoder.options().maxLength());
        var lengths = new TreeMap<Integer, Integer>();
        var shown = new ArrayList<Shown>();
        var sizes = new IntSeries();
        try (var encoding = new RowEncoding(encoder, threads)) {
            for (DataPart part : parts) {
                try (RowReader reader = RowReader.over(part.open())) {
                    for (var rows = encoding.next(reader); !rows.isEmpty(); rows = encoding.next(reader)) {
                        for (EncodedRow row : rows) {
                            for (List<Example> kept : counter.add(row)) {
                                lengths.merge(
                                        kept.stream().mapToInt(Example::length).sum(), 1, Integer::sum);
                                if (packedLength > 0) kept.forEach(example -> sizes.add(example.length()));
                            }
                            if (shown.size() < show) shown.add(sample(row, tokenizer));
                        }
                    }
                }
            }
        }
        int packed = packedLength == 0
                ? 0
                : Packing.pack(sizes.size(), sizes::get, packedLength).ends().length;
        return new DataSurvey(DatasetDescription.of(counter.summary(), encoder), lengths, shown, packed);
    }

    private static Shown sample(EncodedRow row, Tokenizer tokenizer) {
        return new Shown(
                row,
                row.examples().stream()
                        .map(example -> Piece.of(example, tokenizer))
                        .toList());
    }
}
