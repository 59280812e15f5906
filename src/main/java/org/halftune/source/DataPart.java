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
 */
public record DataPart(
        String name, Supplier<RowSource> rows, OptionalDouble weight, OptionalInt most, OptionalInt drawn) {

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
        return new DataPart(name, rows, share, most, drawn);
    }

    /** Only the first {@code count} rows, or the first {@code count} drawn rows. */
    public DataPart first(OptionalInt count) {
        return new DataPart(name, rows, weight, count, drawn);
    }

    /** Opens the rows from the start; at most {@link #most} unless rows are drawn. */
    public RowSource open() {
        RowSource all = rows.get();
        return most.isPresent() && drawn.isEmpty() ? new FirstRows(all, most.getAsInt()) : all;
    }
}
