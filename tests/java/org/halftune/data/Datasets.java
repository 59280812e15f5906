package org.halftune.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.source.DataPart;

/** Short forms of rows and data sets for tests. */
public final class Datasets {
    private Datasets() {}

    /** One row per example. */
    public static Dataset of(List<Example> examples) {
        long tokens = examples.stream().mapToLong(Example::length).sum();
        long labelled = examples.stream().mapToLong(Example::labelledCount).sum();
        int longest = examples.stream().mapToInt(Example::length).max().orElse(2);
        var summary =
                new DatasetSummary(examples.size(), tokens, labelled, 0, 0, 0, 0, 0, longest, longest, RowNotes.NONE);
        return Dataset.of(store(examples), null, summary);
    }

    /** A store on the heap. */
    static TokenStore store(List<Example> examples) {
        try (var writer = TokenWriter.onHeap()) {
            examples.forEach(writer::add);
            return writer.finish();
        }
    }

    /** Files or folders in order, without notices. */
    static Dataset load(List<Path> files, ExampleEncoder encoder, int threads) {
        var loading = new Dataset.Loading(threads, 0, Path.of(System.getProperty("java.io.tmpdir")), _ -> {});
        return Dataset.load(files.stream().map(DataPart::of).toList(), encoder, loading);
    }

    /** All rows of a file, in order. */
    static List<PlacedRow> rows(Path file) {
        var rows = new ArrayList<PlacedRow>();
        try (var reader = RowReader.open(file)) {
            for (var row = reader.next(); row != null; row = reader.next()) rows.add(row);
        }
        return rows;
    }
}
