package org.halftune.source;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.FileMetaData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Checks the page headers of a Parquet file against its footer before decoding: pages must lie within their column and
 * have its number of values. Without this check the decoding library hangs on a truncated page.
 */
final class PageWalk {
    private PageWalk() {}

    /** @throws IOException if the file cannot be read, or is inconsistent; the message says where */
    static void check(Path file, FileMetaData footer) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            long rows = 0;
            for (int g = 0; g < footer.rowGroups().size(); g++) {
                var group = footer.rowGroups().get(g);
                rows += group.numRows();
                for (var column : group.columns()) {
                    try {
                        check(bytes, column, group.numRows());
                    } catch (IndexOutOfBoundsException e) {
                        throw new IOException(
                                "row group " + (g + 1) + ", column "
                                        + column.metaData().pathInSchema() + ": " + e.getMessage(),
                                e);
                    }
                }
            }
            if (rows != footer.numRows())
                throw new IOException(String.format(
                        Locale.ROOT, "the row groups have %,d rows, but the footer says %,d", rows, footer.numRows()));
        }
    }

    private static void check(MemorySegment file, ColumnChunk column, long rows) {
        var data = column.metaData();
        long at = column.chunkStartOffset();
        long length = data.totalCompressedSize();
        if (at < 0 || length < 0 || at > file.byteSize() - length)
            throw new IndexOutOfBoundsException("the data ends after the file");
        if (rows < 0 || data.numValues() < rows)
            throw new IndexOutOfBoundsException("there are fewer values than rows");
        MemorySegment chunk = file.asSlice(0, at + length);
        long values = 0;
        while (values < data.numValues()) {
            var page = PageHeader.at(chunk, at);
            if (page.compressed() < 0)
                throw new IndexOutOfBoundsException("a page has " + page.compressed() + " bytes");
            values += page.values();
            at += page.bytes() + page.compressed();
            if (at > chunk.byteSize()) throw new IndexOutOfBoundsException("a page ends after its column");
        }
        if (values != data.numValues())
            throw new IndexOutOfBoundsException(
                    "the pages have " + values + " values, but the column says " + data.numValues());
    }
}
