package org.halftune.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.halftune.source.DataPart;
import org.jspecify.annotations.Nullable;

/**
 * Rows ready to train on: what a sampler draws from. A row is one example, or several that stay separate sequences: after
 * packing, or where the data holds several documents in a row.
 *
 * <p>This is an index; the tokens lie in a {@link TokenStore}, in a file if they are many. Immutable.
 */
public final class Dataset {
    private final TokenStore tokens;
    private final int @Nullable [] examples; // null: all, in order
    private final int @Nullable [] ends; // [rows] where each ends in examples; null: one example a row
    private final DatasetSummary summary;

    private Dataset(TokenStore tokens, int @Nullable [] examples, int @Nullable [] ends, DatasetSummary summary) {
        this.tokens = tokens;
        this.examples = examples;
        this.ends = ends;
        this.summary = summary;
    }

    /**
     * All examples of a store.
     *
     * @param ends [rows] where each row ends among the examples; null: each example is a row
     */
    static Dataset of(TokenStore tokens, int @Nullable [] ends, DatasetSummary summary) {
        return new Dataset(tokens, null, ends, summary);
    }

    /**
     * How rows are read.
     *
     * @param threads encode; the result does not depend on their number
     * @param seed of what is drawn, where data sets are mixed
     * @param near tokens that are too many for the heap go into a file in this folder, or near it
     * @param notice hears of progress, and what an epoch is made of
     */
    public record Loading(int threads, long seed, Path near, Consumer<String> notice) {}

    /** The same with data sets that are mixed. */
    public static Dataset load(List<DataPart> parts, ExampleEncoder encoder, Loading loading) {
        return new DatasetLoader(parts, encoder, loading).load();
    }

    public DatasetSummary summary() {
        return summary;
    }

    /** Number of rows. */
    public int size() {
        if (ends != null) return ends.length;
        return examples == null ? tokens.size() : examples.length;
    }

    /** The examples of row {@code i}, read anew each time. */
    public List<Example> row(int i) {
        var row = new ArrayList<Example>(sequences(i));
        for (int at = begin(i); at < end(i); at++) row.add(tokens.get(example(at)));
        return row;
    }

    /** Tokens of row {@code i}. */
    public int tokens(int i) {
        int sum = 0;
        for (int at = begin(i); at < end(i); at++) sum += tokens.length(example(at));
        return sum;
    }

    /** Sequences of row {@code i}: 1 unless packed. */
    public int sequences(int i) {
        return end(i) - begin(i);
    }

    /** Bytes in which the tokens of all rows are kept. */
    public long bytes() {
        return tokens.bytes();
    }

    /** The same examples in rows of at most {@code maxLength} tokens, as few as best fit makes ({@code packing}). */
    public Dataset packed(int maxLength) {
        int count = size() == 0 ? 0 : end(size() - 1);
        var packed = Packing.pack(count, at -> tokens.length(example(at)), maxLength);
        int[] all = packed.examples();
        if (examples != null) Arrays.setAll(all, i -> examples[all[i]]);
        return new Dataset(tokens, all, packed.ends(), summary);
    }

    /** These rows, in this order. */
    Dataset choose(int[] rows) {
        int[] chosen = Arrays.stream(rows)
                .flatMap(row -> IntStream.range(begin(row), end(row)))
                .map(this::example)
                .toArray();
        if (ends == null) return new Dataset(tokens, chosen, null, summary);
        int[] chosenEnds = new int[rows.length];
        int at = 0;
        for (int i = 0; i < rows.length; i++) chosenEnds[i] = at += sequences(rows[i]);
        return new Dataset(tokens, chosen, chosenEnds, summary);
    }

    /**
     * What is learnt, and what is kept apart to evaluate on.
     *
     * @param heldOut in the order of the data
     */
    public record Split(Dataset train, Dataset heldOut) {}

    /**
     * Splits the rows; which go where depends on their number and the seed alone. A row that was drawn several times is one row here:
     * it is learnt, each time, or held out, once.
     *
     * @param size below 1 a share of the different rows, rounded up; else a number of them
     */
    public Split split(double size, long seed) {
        int[] places = new int[tokens.size()]; // of the different rows from 1, by their first example
        int[] place = new int[size()];
        boolean[] repeated = new boolean[size()];
        int different = 0;
        for (int row = 0; row < place.length; row++) {
            int first = example(begin(row));
            repeated[row] = places[first] > 0;
            if (!repeated[row]) places[first] = ++different;
            place[row] = places[first] - 1;
        }
        boolean[] held = Mixture.heldOut(different, size, seed);
        return new Split(
                choose(where(row -> !held[place[row]])), choose(where(row -> held[place[row]] && !repeated[row])));
    }

    private int[] where(IntPredicate condition) {
        return IntStream.range(0, size()).filter(condition).toArray();
    }

    private int begin(int row) {
        if (ends == null) return row;
        return row == 0 ? 0 : ends[row - 1];
    }

    private int end(int row) {
        return ends == null ? row + 1 : ends[row];
    }

    private int example(int at) {
        return examples == null ? at : examples[at];
    }
}
