package org.halftune.source;

import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * One of the data sets that a run learns from.
 *
 * @param name as the user calls it
 * @param rows opens its rows, from the first
 * @param weight its share in the mixture, against the others' weights; either all parts of a run have one, or none
 * @param most only its first rows count ({@code max_samples})
 * @param drawn so many rows are drawn of it ({@code num_samples} of {@code dataset_info.json})
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

    public DataPart weighing(OptionalDouble share) {
        return new DataPart(name, rows, share, most, drawn);
    }

    /** Only the first {@code count} rows; of drawn ones, the first that are drawn. */
    public DataPart first(OptionalInt count) {
        return new DataPart(name, rows, weight, count, drawn);
    }

    /** Its rows from the first; at most {@link #most} where none are drawn. */
    public RowSource open() {
        RowSource all = rows.get();
        return most.isPresent() && drawn.isEmpty() ? new FirstRows(all, most.getAsInt()) : all;
    }
}
