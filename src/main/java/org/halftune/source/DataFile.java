package org.halftune.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;

/**
 * Opens data files. Parquet, gzip and zstd are detected from the first bytes; text formats from the name without the
 * extension of a compression: {@code .json}, {@code .jsonl}, {@code .ndjson}, {@code .txt}, {@code .csv}, {@code .tsv}.
 */
public final class DataFile {
    private static final List<String> JSON = List.of(".json", ".jsonl", ".ndjson");
    private static final List<String> ALL = List.of(".json", ".jsonl", ".ndjson", ".txt", ".csv", ".tsv", ".parquet");
    private static final String PARQUET_MAGIC = "PAR1";

    private DataFile() {}

    /**
     * The rows of a file, or of all data files in a folder ({@link DataFolder}).
     *
     * @throws InputError if the path does not exist, the format is not supported, or the start of the file is damaged
     */
    public static RowSource open(Path path) {
        return open(path, List.of());
    }

    /**
     * The same, of CSV files that may lack a header.
     *
     * @param columns the names of the columns of a file whose first row does not contain the first of them; empty: all files
     *     have a header
     */
    public static RowSource open(Path path, List<String> columns) {
        if (Files.isDirectory(path)) return DataFolder.of(path).open(columns);
        checkReadable(path);
        byte[] head = head(path);
        if (isParquet(head)) return ParquetRows.open(path);
        Compression compression = Compression.of(path, head);
        var file = new TextFile(path, compression);
        if (head.length == 0) throw file.empty();
        String name = Compression.nameWithin(path);
        if (JSON.stream().anyMatch(name::endsWith)) return JsonRows.open(file);
        if (name.endsWith(".txt")) return TextRows.open(file);
        if (name.endsWith(".csv")) return CsvRows.open(file, ',', columns);
        if (name.endsWith(".tsv")) return CsvRows.open(file, '\t', columns);
        if (name.endsWith(".parquet")) throw noParquet(file);
        throw new InputError(
                "the file is not one of " + String.join(", ", ALL) + ", optionally with .gz or .zst",
                path.toString(),
                "convert the file, or rename it to match its format");
    }

    /** Whether the name is that of a plain-text file, compressed or not. */
    public static boolean isPlainText(Path path) {
        return Compression.nameWithin(path).endsWith(".txt");
    }

    /** The content of a text file, compressed or not. */
    public static String text(Path path) {
        checkReadable(path);
        var file = new TextFile(path, Compression.of(path, head(path)));
        try (var text = file.open()) {
            return text.readAllAsString();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    /** Whether the name is that of a data file. */
    public static boolean isDataFile(Path path) {
        return ALL.stream().anyMatch(Compression.nameWithin(path)::endsWith);
    }

    private static boolean isParquet(byte[] head) {
        for (int i = 0; i < PARQUET_MAGIC.length(); i++) {
            if (i >= head.length || head[i] != PARQUET_MAGIC.charAt(i)) return false;
        }
        return true;
    }

    private static InputError noParquet(TextFile file) {
        return file.compression() == Compression.NONE
                ? new InputError(
                        "the file is not Parquet: it does not start with PAR1",
                        file.path().toString(),
                        "copy or download the file again")
                : new InputError(
                        "the whole Parquet file is compressed with "
                                + file.compression().label(),
                        file.path().toString(),
                        "decompress it: Parquet compresses its own columns");
    }

    private static byte[] head(Path path) {
        try {
            return Compression.head(path, 8);
        } catch (IOException e) {
            throw FileProblem.reading(path, e);
        }
    }

    private static void checkReadable(Path path) {
        String name = path.toString();
        if (!Files.exists(path)) {
            var whole = path.toAbsolutePath().normalize().toString();
            throw new InputError(
                    "the data file does not exist",
                    name,
                    "check the path" + (name.equals(whole) ? "" : "; from the working folder it is " + whole));
        }
        if (!Files.isRegularFile(path)) {
            throw new InputError(
                    "this is not a regular file, and the data must be read twice",
                    name,
                    "write the rows to a file first");
        }
        if (!Files.isReadable(path))
            throw new InputError("no permission to read the data file", name, "change its permissions");
    }
}
