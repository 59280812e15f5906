package org.halftune.source;

import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * One of the data sets of a run.
 *
 * @param name as given by the user
 * @param rows opens the rows from the start
 * @param weight share in the mixture, relative to the other weights; either all parts of a run have one, or none
 * @param most use only this many rows from the start ({@code max_samples})
 * @param drawn draw this many rows ({@code num_samples} of {@code dataset_info.json})
 * @param memory draw from so many rows, which the seed chooses: a row is drawn again only when all of them have been. Parts of a run
 *     are interleaved if one has a memory
 */
public record DataPart(
        String name,
        Supplier<RowSource> rows,
        OptionalDouble weight,
        OptionalInt most,
        OptionalInt drawn,
        OptionalInt memory) {

    /** Without a memory. */
    public DataPart(String name, Supplier<RowSource> rows, OptionalDouble weight, OptionalInt most, OptionalInt drawn) {
        this(name, rows, weight, most, drawn, OptionalInt.empty());
    }

    /** All rows of a file or folder. */
    public static DataPart of(Path path) {
        return new DataPart(
                path.toString(),
                () -> DataFile.open(path),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    public DataPart withWeight(OptionalDouble share) {
        return new DataPart(name, rows, share, most, drawn, memory);
    }

    /** Only the first {@code count} rows, or the first {@code count} drawn rows. */
    public DataPart first(OptionalInt count) {
        return new DataPart(name, rows, weight, count, drawn, memory);
    }

    /** {@code count} rows of a memory of {@code kept} rows of this part. */
    public DataPart remembered(int kept, int count) {
        return new DataPart(
                name,
                this::open,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.of(count),
                OptionalInt.of(kept));
    }

    /** Opens the rows from the start; at most {@link #most} unless rows are drawn. */
    public RowSource open() {
        RowSource all = rows.get();
        return most.isPresent() && drawn.isEmpty() ? new FirstRows(all, most.getAsInt()) : all;
    }
}
