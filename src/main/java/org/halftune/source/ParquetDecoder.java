package org.halftune.source;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.ColumnProjection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.halftune.problem.InputError;

/** Decodes a Parquet file into batches of rows. Every failure becomes an {@link InputError}. */
final class ParquetDecoder {
    private static final int MOST_ROWS = 1024; // per batch
    private static final long BATCH_BYTES = 1 << 20;
    private static final Set<CompressionCodec> READ = EnumSet.of(
            CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP, CompressionCodec.ZSTD);

    /** Logs at INFO which native libraries it found. Referenced here because an unreferenced logger loses its level. */
    private static final Logger LIBRARY = Logger.getLogger("dev.hardwood");

    static {
        LIBRARY.setLevel(Level.WARNING);
    }

    private final Path file;
    private final BlockingQueue<ParquetRows.Decoded> batches;
    private long rows;

    private ParquetDecoder(Path file, BlockingQueue<ParquetRows.Decoded> batches) {
        this.file = file;
        this.batches = batches;
    }

    /** Puts all rows into {@code batches}, then an empty batch; or a batch with an error. Stops when interrupted. */
    static void decode(Path file, BlockingQueue<ParquetRows.Decoded> batches) {
        new ParquetDecoder(file, batches).run();
    }

    private void run() {
        try {
            try {
                decode();
                batches.put(new ParquetRows.Decoded(List.of(), null));
            } catch (IOException
                    | RuntimeException
                    | StackOverflowError
                    | OutOfMemoryError
                    | AssertionError
                    | LinkageError e) {
                batches.put(new ParquetRows.Decoded(List.of(), problem(e)));
            }
        } catch (InterruptedException _) {
            // The source was closed.
        }
    }

    private void decode() throws IOException, InterruptedException {
        try (var reader = ParquetFileReader.open(InputFile.of(file))) {
            var footer = reader.getFileMetaData();
            checkCodecs(footer);
            PageWalk.check(file, footer);
            try (var columns = reader.buildColumnReaders(ColumnProjection.all())
                    .batchSize(batchRows(footer))
                    .build()) {
                var values = new ParquetValues(reader.getFileSchema(), columns);
                while (columns.nextBatch()) {
                    values.nextBatch();
                    var batch = new ArrayList<SourceRow>();
                    for (int i = 0; i < columns.getRecordCount(); i++) {
                        if (++rows > footer.numRows())
                            throw new IOException("the file has more rows than its footer says");
                        var row = values.row(i);
                        batch.add(new SourceRow(file, 0, rows, row, ParquetValues.size(row)));
                    }
                    if (!batch.isEmpty()) batches.put(new ParquetRows.Decoded(List.copyOf(batch), null));
                }
            }
            if (rows != footer.numRows()) {
                throw new IOException(String.format(
                        Locale.ROOT, "the file has %,d rows, but its footer says %,d", rows, footer.numRows()));
            }
        }
    }

    /** Rows per batch, so that a batch is about 1 MB. */
    private static int batchRows(FileMetaData footer) {
        long bytes =
                footer.rowGroups().stream().mapToLong(RowGroup::totalByteSize).sum();
        long rowBytes = Math.max(1, bytes / Math.max(1, footer.numRows()));
        return Math.clamp(BATCH_BYTES / rowBytes, 8, MOST_ROWS);
    }

    private void checkCodecs(FileMetaData footer) {
        for (var group : footer.rowGroups()) {
            for (var column : group.columns()) {
                CompressionCodec codec = column.metaData().codec();
                if (READ.contains(codec)) continue;
                throw new InputError(
                        "the Parquet file is compressed with " + codec + ", which is not supported",
                        file.toString(),
                        "write it with the compression zstd, snappy, gzip or none");
            }
        }
    }

    /** The library throws many kinds of exceptions for damaged files. */
    private InputError problem(Throwable e) {
        if (e instanceof InputError error) return error;
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) cause = cause.getCause();
        if (cause instanceof OutOfMemoryError) {
            return new InputError(
                    "the Java heap is too small for the Parquet file",
                    file.toString(),
                    "raise the heap limit (-Xmx), or write the file with smaller pages");
        }
        String message = cause.getMessage() == null
                ? ""
                : cause.getMessage().lines().findFirst().orElse("");
        String reason =
                message.isBlank() ? cause.getClass().getSimpleName() : message.replaceAll("\\p{Cntrl}", "\uFFFD");
        return damaged(file, rows == 0 ? "" : ", row " + (rows + 1), reason);
    }

    static InputError damaged(Path file, String row, String reason) {
        return new InputError(
                "the Parquet file is damaged or cannot be read: " + reason,
                file + row,
                "download the file again, or rewrite it with pyarrow or pandas");
    }
}
