package org.halftune.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.halftune.problem.InputError;

/**
 * Examples ready to train on, in memory: 8 bytes a token.
 *
 * @param rows what a sampler draws from; each is one example, or after packing several, which stay separate sequences
 */
public record Dataset(List<List<Example>> rows, DatasetSummary summary) {

    private static final int ROWS_AT_ONCE = 512;

    /**
     * Reads and encodes files, one after another. The result, and the error if there is one, do not depend on
     * {@code threads}.
     *
     * @throws InputError for the first row that cannot be used, if there is no row, or if nothing in any row is learnt
     */
    public static Dataset load(List<Path> files, ExampleEncoder encoder, int threads) {
        var examples = new ArrayList<List<Example>>();
        var count = new DatasetSummary.Counter(encoder.options().maxLength());
        try (ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().factory())) {
            for (Path file : files) {
                try (RowReader reader = RowReader.open(file)) {
                    for (List<PlacedRow> rows = next(reader); !rows.isEmpty(); rows = next(reader)) {
                        for (EncodedRow row : encode(rows, encoder, workers)) {
                            examples.addAll(count.add(row));
                        }
                    }
                }
            }
        }
        DatasetSummary summary = count.summary();
        checkSomethingIsLearnt(summary, files, encoder.options());
        return new Dataset(List.copyOf(examples), summary);
    }

    /** The same examples in rows of at most {@code maxLength} tokens, as few as best fit makes ({@code packing}). */
    public Dataset packed(int maxLength) {
        List<Example> examples = rows.stream().flatMap(List::stream).toList();
        return new Dataset(Packing.pack(examples, maxLength), summary);
    }

    /** The longest row, in tokens. */
    public int longestRow() {
        return rows.stream()
                .mapToInt(row -> row.stream().mapToInt(Example::length).sum())
                .max()
                .orElse(0);
    }

    /** The most sequences in a row: 1 unless packed. */
    public int mostSequencesInRow() {
        return rows.stream().mapToInt(List::size).max().orElse(0);
    }

    private static List<PlacedRow> next(RowReader reader) {
        var rows = new ArrayList<PlacedRow>(ROWS_AT_ONCE);
        while (rows.size() < ROWS_AT_ONCE) {
            PlacedRow row = reader.next();
            if (row == null) break;
            rows.add(row);
        }
        return rows;
    }

    private static List<EncodedRow> encode(List<PlacedRow> rows, ExampleEncoder encoder, ExecutorService workers) {
        List<Callable<EncodedRow>> tasks = rows.stream()
                .map(row -> (Callable<EncodedRow>) () -> encoder.encode(row))
                .toList();
        try {
            var encoded = new ArrayList<EncodedRow>(rows.size());
            for (Future<EncodedRow> future : workers.invokeAll(tasks)) encoded.add(future.get());
            return encoded;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InputError error) throw error;
            throw new IllegalStateException("a row could not be encoded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while data was read", e);
        }
    }

    private static void checkSomethingIsLearnt(DatasetSummary summary, List<Path> files, EncodingOptions options) {
        if (summary.rows() > summary.dropped()) return;
        String where = files.stream().map(Path::toString).collect(Collectors.joining(", "));
        if (summary.rows() == 0)
            throw new InputError("the data has no rows", where, "give a file with at least one row");
        String none = summary.rows() == 1
                ? "the only row has no token to learn"
                : "none of the " + summary.rows() + " rows has a token to learn";
        String truncation = summary.cutEmpty() == 0
                ? ""
                : "; max_length " + options.maxLength() + " cuts it off in " + summary.cutEmpty();
        throw new InputError(none + truncation, where, fix(summary, options));
    }

    private static String fix(DatasetSummary summary, EncodingOptions options) {
        if (summary.cutEmpty() > 0) return "raise max_length, shorten the prompts, or set truncation_mode keep_end";
        return options.assistantOnlyLoss()
                ? "assistant_only_loss learns the assistant's turns alone: check that the rows have some"
                : "check labels (all -100?) and that rows are longer than one token";
    }
}
