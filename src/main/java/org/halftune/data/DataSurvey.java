package org.halftune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.source.DataPart;

/**
 * Rows as training would see them, before anything is trained.
 *
 * @param lengths tokens of every row that is kept, in order
 * @param shown the first rows, with their tokens
 * @param packed rows after packing; 0 without
 */
public record DataSurvey(DatasetDescription description, List<Integer> lengths, List<Shown> shown, int packed) {

    public DataSurvey {
        lengths = List.copyOf(lengths);
        shown = List.copyOf(shown);
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
     * @throws org.halftune.problem.InputError for the first row that cannot be used, as in training
     */
    public static DataSurvey of(
            List<DataPart> parts, ExampleEncoder encoder, Tokenizer tokenizer, int show, int packedLength) {
        var counter = new DatasetSummary.Counter(encoder.options().maxLength());
        var lengths = new ArrayList<Integer>();
        var shown = new ArrayList<Shown>();
        var examples = IntStream.builder();
        for (DataPart part : parts) {
            try (RowReader reader = RowReader.over(part.open())) {
                for (PlacedRow row = reader.next(); row != null; row = reader.next()) {
                    EncodedRow encoded = encoder.encode(row);
                    for (List<Example> kept : counter.add(encoded)) {
                        lengths.add(kept.stream().mapToInt(Example::length).sum());
                        kept.forEach(example -> examples.add(example.length()));
                    }
                    if (shown.size() < show) shown.add(look(encoded, tokenizer));
                }
            }
        }
        int[] sizes = examples.build().toArray();
        int packed = packedLength == 0
                ? 0
                : Packing.pack(sizes.length, i -> sizes[i], packedLength).ends().length;
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
