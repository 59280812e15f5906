package org.halftune.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void eachTaskRunsOnceOnAWorkerOfTheTeam(int count) {
        try (var workers = new Workers(count)) {
            for (int tasks : new int[] {0, 1, 2, 7, 1000}) {
                var runs = new AtomicIntegerArray(tasks);
                var strangers = new LongAdder();
                workers.parallel(tasks, (i, worker) -> {
                    runs.incrementAndGet(i);
                    if (worker < 0 || worker >= workers.count()) strangers.increment();
                });
                for (int i = 0; i < tasks; i++) assertThat(runs.get(i)).isEqualTo(1);
                assertThat(strangers.sum()).isZero();
            }
        }
    }

    @Test
    void rangesCoverEveryItemOnce() {
        try (var workers = new Workers(3)) {
            for (long n : new long[] {0, 1, 15, 16, 17, 100}) {
                var seen = new AtomicIntegerArray((int) n);
                workers.ranges(n, 16, (from, to) -> {
                    for (long i = from; i < to; i++) seen.incrementAndGet((int) i);
                });
                for (int i = 0; i < n; i++) assertThat(seen.get(i)).isEqualTo(1);
            }
        }
    }

    /** Each loop reads what the one before wrote; some follow immediately, some after the workers have gone to sleep. */
    @Test
    void manyTinyLoopsFollowEachOther() throws InterruptedException {
        try (var workers = new Workers(3)) {
            var values = new long[16];
            int loops = 20_000;
            for (int loop = 0; loop < loops; loop++) {
                workers.parallel(values.length, (i, _) -> values[i]++);
                if (loop % 5_000 == 0) Thread.sleep(20);
            }
            assertThat(values).containsOnly(loops);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void exceptionOfATaskReachesTheCallerAndWorkersContinue(int count) {
        try (var workers = new Workers(count)) {
            for (int round = 0; round < 200; round++) {
                assertThatThrownBy(() -> workers.parallel(20, (i, _) -> {
                            if (i % 7 == 3) throw new UnsupportedOperationException("task " + i);
                        }))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageStartingWith("task ");
                var sum = new LongAdder();
                workers.parallel(20, (i, _) -> sum.add(i));
                assertThat(sum.sum()).isEqualTo(190);
            }
        }
    }

    @Test
    void failedLoopRunsNoFurtherTasks() {
        try (var workers = new Workers(2)) {
            var running = new LongAdder();
            assertThatThrownBy(() -> workers.parallel(50, (i, _) -> {
                        running.increment();
                        if (i == 1) throw new IllegalArgumentException("one");
                        LockSupport.parkNanos(1_000_000);
                        running.decrement();
                    }))
                    .hasMessage("one");
            assertThat(running.sum())
                    .as("begun and not ended, but for the one that threw")
                    .isEqualTo(1);
        }
    }

    @Test
    void closingEndsTheThreads() {
        var others = Thread.getAllStackTraces().keySet();
        var workers = new Workers(4);
        workers.parallel(10, (_, _) -> {});
        workers.close();
        workers.close();
        assertThat(Thread.getAllStackTraces().keySet().stream().filter(thread -> !others.contains(thread)))
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("halftune-worker-"));
        assertThatThrownBy(() -> workers.parallel(2, (_, _) -> {})).isInstanceOf(IllegalStateException.class);
    }
}
