package org.halftune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.halftune.problem.InputError;

/** Encodes batches of rows on several threads. The result does not depend on the number of threads. */
final class RowEncoding implements AutoCloseable {
    private static final int ROWS_AT_ONCE = 512;
    private static final long CHARACTERS_AT_ONCE = 1 << 19;

    private final ExampleEncoder encoder;
    private final ExecutorService workers;

    RowEncoding(ExampleEncoder encoder, int threads) {
        this.encoder = encoder;
        workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().factory());
    }

    /**
     * The next rows, in order; empty after the last.
     *
     * @throws InputError for the first row that cannot be used
     */
    List<EncodedRow> next(RowReader reader) {
        List<Callable<EncodedRow>> tasks = new ArrayList<>();
        long begin = reader.size();
        while (tasks.size() < ROWS_AT_ONCE && reader.size() - begin < CHARACTERS_AT_ONCE) {
            PlacedRow row = reader.next();
            if (row == null) break;
            tasks.add(() -> encoder.encode(row));
        }
        try {
            var encoded = new ArrayList<EncodedRow>(tasks.size());
            for (Future<EncodedRow> future : workers.invokeAll(tasks)) encoded.add(future.get());
            return encoded;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InputError error) throw error;
            throw new IllegalStateException("a row could not be encoded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while encoding rows", e);
        }
    }

    @Override
    public void close() {
        workers.close();
    }
}
