package org.halftune.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.halftune.source.DataPart;

/**
 * Rows as training would see them, before anything is trained.
 *
 * @param lengths how many rows that are kept have so many tokens, by that number
 * @param shown the first rows, with their tokens
 * @param packed rows after packing; 0 without
 */
public record DataSurvey(
        DatasetDescription description, SortedMap<Integer, Integer> lengths, List<Shown> shown, int packed) {

    public DataSurvey {
        lengths = Collections.unmodifiableSortedMap(new TreeMap<>(lengths));
        shown = List.copyOf(shown);
    }

    /** Rows that are kept. */
    public int kept() {
        return lengths.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * One row, looked at.
     *
     * @param sequences its tokens; several sequences if it is split or holds several documents
     */
    public record Shown(EncodedRow row, List<List<Piece>> sequences) {}

    /**
     * Reads and encodes data sets as training does; how they are mixed changes nothing of a row.
     *
     * @param show how many rows to keep for a look
     * @param packedLength tokens of a packed row; 0 for no packing
     * @param threads encode
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
                            if (shown.size() < show) shown.add(look(row, tokenizer));
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

    private static Shown look(EncodedRow row, Tokenizer tokenizer) {
        return new Shown(
                row,
                row.examples().stream()
                        .map(example -> Piece.of(example, tokenizer))
                        .toList());
    }
}
