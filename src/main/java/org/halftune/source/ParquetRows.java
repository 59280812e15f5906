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
 * The rows of a Parquet file, as the same JSON that a JSON file would hold ({@link ParquetValues}). Row groups are
 * decoded one after another, so the file may be larger than memory.
 *
 * <p>{@link ParquetDecoder} decodes on its own thread, one batch ahead. The library may hang on a damaged file that
 * passes {@link PageWalk}: no batch within a minute is an error.
 */
final class ParquetRows implements RowSource {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Output of the decoder: rows, the end of the file (no rows), or an error. */
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

    /** @throws InputError if the file is damaged, or its compression is not supported */
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
            if (batch == null) throw damaged("no rows were decoded for " + patience.toSeconds() + " s");
            if (batch.error() != null) throw batch.error();
            rows.addAll(batch.rows());
            ended = batch.rows().isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading data", e);
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
