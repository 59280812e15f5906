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
 * Encoded rows, ready to train on. A {@link Sampler} says in which order. A row has one example, or several that stay
 * separate sequences: after packing, or if the data holds several documents in a row.
 *
 * <p>This is an index; the tokens are in a {@link TokenStore}, which moves large data to a file. Immutable.
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
     * @param ends [rows] index of the example after the last one of each row; null: each example is a row
     */
    static Dataset of(TokenStore tokens, int @Nullable [] ends, DatasetSummary summary) {
        return new Dataset(tokens, null, ends, summary);
    }

    /**
     * How data is loaded.
     *
     * @param threads number of encoding threads; it does not change the result
     * @param seed for drawing rows when data sets are mixed
     * @param near folder for the token file if the tokens do not fit the heap; if it cannot be used, a parent of it is
     * @param notice receives progress messages, and how many rows of each data set make an epoch
     */
    public record Loading(int threads, long seed, Path near, Consumer<String> notice) {}

    /** Loads data sets and mixes them as their {@link DataPart}s ask. */
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

    /** The examples of row {@code i}, copied from the store on each call. */
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

    /** Size of the token store in bytes. */
    public long bytes() {
        return tokens.bytes();
    }

    /**
     * The same examples, packed into rows of at most {@code maxLength} tokens ({@code packing}; see {@link Packing}).
     */
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
     * Rows to train on and rows to evaluate on.
     *
     * @param heldOut in the order of the data
     */
    public record Split(Dataset train, Dataset heldOut) {}

    /**
     * Splits off rows for evaluation. The split depends only on the number of rows and the seed. A row that was drawn
     * several times is trained on every time, or held out once; it is never in both parts.
     *
     * @param size below 1: fraction of the distinct rows, rounded up; otherwise: number of distinct rows
     */
    public Split split(double size, long seed) {
        int[] numbers = new int[tokens.size()]; // first example → number of its distinct row, from 1
        int[] number = new int[size()]; // row → the same, from 0
        boolean[] repeated = new boolean[size()];
        int distinct = 0;
        for (int row = 0; row < number.length; row++) {
            int first = example(begin(row));
            repeated[row] = numbers[first] > 0;
            if (!repeated[row]) numbers[first] = ++distinct;
            number[row] = numbers[first] - 1;
        }
        boolean[] held = Mixture.heldOut(distinct, size, seed);
        return new Split(
                choose(where(row -> !held[number[row]])), choose(where(row -> held[number[row]] && !repeated[row])));
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
