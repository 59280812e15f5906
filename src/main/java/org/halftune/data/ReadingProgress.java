package org.halftune.data;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Reports every ten seconds how many rows have been encoded. */
final class ReadingProgress {
    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();
    private static final long FIRST = Duration.ofSeconds(3).toNanos();

    private final LongSupplier nanoTime;
    private final Consumer<String> notice;
    private final long begun;
    private long due;

    ReadingProgress(LongSupplier nanoTime, Consumer<String> notice) {
        this.nanoTime = nanoTime;
        this.notice = notice;
        this.begun = nanoTime.getAsLong();
        this.due = begun + FIRST;
    }

    /** @param rows encoded so far */
    void read(int rows) {
        long now = nanoTime.getAsLong();
        if (now - due < 0) return;
        due = now + INTERVAL;
        notice.accept(String.format(Locale.ROOT, "encoding rows … %,d", rows));
    }

    /** The notice that the tokens were moved from the heap to a file. */
    String stored(DatasetSummary summary, long bytes) {
        return String.format(
                Locale.ROOT,
                "encoded %,d rows, %,d tokens, in %d s; the tokens (%,d MB) are in a temporary file while the program runs",
                summary.rows(),
                summary.tokens(),
                Duration.ofNanos(nanoTime.getAsLong() - begun).toSeconds(),
                bytes / 1_000_000);
    }
}
