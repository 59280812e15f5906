package org.halftune.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file. Its columns and what is nested in them become the JSON that the same row would be in a JSON file
 * ({@link ParquetValues}). Row groups are decoded one after another, so the file may be larger than memory.
 *
 * <p>A thread of its own decodes ({@link ParquetDecoder}), a batch ahead, because the library may wait for ever on a damaged file
 * that {@link PageWalk} lets through: a file that yields nothing for a minute is an error.
 */
final class ParquetRows implements RowSource {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the decoder hands over: rows, the end (no rows), or why it ends early. */
    record Decoded(List<SourceRow> rows, @Nullable InputError error) {}

    private final Path file;
    private final Duration patience;
    private final BlockingQueue<Decoded> batches = new ArrayBlockingQueue<>(1);
    private final Thread decoder;
    private final Queue<SourceRow> rows = new ArrayDeque<>();
    private boolean ended;

    private ParquetRows(Path file, Duration patience) {
        this.file = file;
        this.patience = patience;
        this.decoder =
                Thread.ofPlatform().daemon().name("parquet").unstarted(() -> ParquetDecoder.decode(file, batches));
    }

    static ParquetRows open(Path file) {
        return open(file, PATIENCE);
    }

    /** @throws InputError if the file is damaged, or compressed in a way that is not read */
    static ParquetRows open(Path file, Duration patience) {
        var source = new ParquetRows(file, patience);
        source.decoder.start();
        try {
            source.take();
        } catch (InputError e) {
            source.close();
            throw e;
        }
        return source;
    }

    @Override
    public @Nullable SourceRow next() {
        if (rows.isEmpty() && !ended) take();
        return rows.poll();
    }

    private void take() {
        try {
            Decoded batch = batches.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (batch == null) throw damaged("nothing could be decoded for " + patience.toSeconds() + " s");
            if (batch.error() != null) throw batch.error();
            rows.addAll(batch.rows());
            ended = batch.rows().isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while data was read", e);
        }
    }

    private InputError damaged(String reason) {
        return ParquetDecoder.damaged(file, "", reason);
    }

    @Override
    public void close() {
        decoder.interrupt();
    }
}
