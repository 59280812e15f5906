package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadingProgressTest {
    @Test
    void progressIsPrintedAfterThreeSecondsAndThenEveryTen() {
        var clock = new AtomicLong(Long.MAX_VALUE - 5);
        var said = new ArrayList<String>();
        var progress = new ReadingProgress(clock::get, said::add);
        for (int second = 0; second < 30; second++) {
            progress.read(60_000 * second);
            clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        assertThat(said)
                .containsExactly("encoding rows … 180,000", "encoding rows … 780,000", "encoding rows … 1,380,000");
    }
}
