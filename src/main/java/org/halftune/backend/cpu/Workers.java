package org.halftune.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads for loops of some microseconds to milliseconds. A training step is hundreds of such loops, so
 * a worker that has nothing to do spins for a moment before it sleeps, and the caller works along.
 *
 * <p>Tasks of one loop may run on any worker in any order; they must write disjoint memory.
 */
final class Workers implements AutoCloseable {
    /** About 50 µs: longer than the gap between two ops, too short to show as load. */
    private static final int SPINS = 2_000;

    /** One iteration of a parallel loop. */
    @FunctionalInterface
    interface Task {
        /**
         * @param index which iteration
         * @param worker which thread runs it, from 0: for scratch memory
         */
        void run(int index, int worker);
    }

    /** One parallel loop: which task comes next, how many are not done, and what went wrong. */
    private static final class SharedLoop {
        final Task task;
        final int tasks;
        final AtomicInteger next = new AtomicInteger();
        final AtomicInteger left;
        volatile @Nullable Throwable failure;

        SharedLoop(Task task, int tasks) {
            this.task = task;
            this.tasks = tasks;
            left = new AtomicInteger(tasks);
        }

        /** Takes tasks until none is left to take. After a failure the rest is not begun. */
        void work(int worker) {
            int finished = 0;
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                finished++;
                try {
                    task.run(i, worker);
                } catch (Throwable e) { // reaches the caller of parallel()
                    failure = e;
                    finished += Math.max(0, tasks - next.getAndSet(tasks));
                }
            }
            left.addAndGet(-finished);
        }
    }

    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable SharedLoop current;
    private volatile boolean closed;

    Workers(int count) {
        for (int worker = 1; worker < count; worker++) {
            int number = worker;
            var thread = new Thread(() -> serve(number), "halftune-worker-" + worker);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /** How many threads work, the caller's included. */
    int count() {
        return threads.size() + 1;
    }

    /**
     * Runs {@code task} for 0 … tasks−1 and returns when all are done; what a task throws is thrown here. Waits for
     * tasks, not for workers, so a worker that is not scheduled in time delays nothing. One caller at a time.
     */
    void parallel(int tasks, Task task) {
        if (closed) throw new IllegalStateException("the backend is closed");
        var loop = new SharedLoop(task, tasks);
        if (tasks > 1 && !threads.isEmpty()) {
            current = loop;
            threads.forEach(LockSupport::unpark);
        }
        loop.work(0);
        for (int spin = 0; loop.left.get() > 0; spin++) {
            // A worker that lost its core may need the one on which the caller spins.
            if (spin < SPINS) Thread.onSpinWait();
            else LockSupport.parkNanos(this, 20_000);
        }
        switch (loop.failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("a parallel task failed", e);
        }
    }

    /** Cuts {@code n} items into pieces of {@code grain} and runs {@code body} on each piece [from, to). */
    void ranges(long n, long grain, Range body) {
        int tasks = Math.toIntExact((n + grain - 1) / grain);
        parallel(tasks, (i, worker) -> body.run(i * grain, Math.min(n, (i + 1) * grain)));
    }

    /** A piece of a parallel loop over items. */
    @FunctionalInterface
    interface Range {
        void run(long from, long to);
    }

    private void serve(int worker) {
        @Nullable SharedLoop done = null;
        while (true) {
            var loop = current;
            for (int spin = 0; loop == done && spin < SPINS && !closed; spin++) {
                Thread.onSpinWait();
                loop = current;
            }
            if (closed) return;
            if (loop == done) {
                LockSupport.park(this);
            } else {
                if (loop != null) loop.work(worker);
                done = loop;
            }
        }
    }

    /** Ends the threads and waits until they have ended. Closing again does nothing. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(LockSupport::unpark);
        boolean interrupted = false;
        for (var thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
