package org.halftune.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.model.Recomputation;
import org.halftune.report.Figures;
import org.halftune.report.study.TaskSuites;
import org.halftune.session.TrainingSetup;
import org.halftune.train.StopSignal;
import org.halftune.train.memory.Capacities;
import org.halftune.train.memory.MemoryCheck;
import org.halftune.train.memory.MemoryDemand;
import org.halftune.train.memory.MemoryPlan;
import org.jspecify.annotations.Nullable;

/**
 * Computes cells, several at the same time, each on a backend of its own. On a CPU two cells with one thread each are faster than one
 * cell with two threads if the model is small. Cells share nothing but what they read, so their results do not depend on it.
 */
final class CellWorkers {
    private final int parallel;
    private final StudyInputs inputs;
    private final Backend first;
    private final Supplier<Backend> devices;
    private final CellLog log;
    private final Path models;
    private final Map<String, TaskSuites> split = new HashMap<>();
    private final StudyListener listener;
    private final StopSignal stop;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final long begin = System.nanoTime();

    /**
     * @param first the backend of the first worker; the others are opened by {@code devices}
     * @param models folder for models of sequences
     */
    CellWorkers(
            int parallel,
            StudyInputs inputs,
            Backend first,
            Supplier<Backend> devices,
            CellLog log,
            Path models,
            List<TaskSuites> split,
            StudyListener listener,
            StopSignal stop) {
        this.parallel = parallel;
        this.inputs = inputs;
        this.first = first;
        this.devices = devices;
        this.log = log;
        this.models = models;
        this.listener = listener;
        this.stop = stop;
        split.forEach(task -> this.split.put(task.task(), task));
    }

    /** Computes all cells. The first failure stops all workers and is thrown. */
    void run(List<Cell> cells) {
        var levels = recomputation(cells);
        var groups = groups(cells);
        var all = new Amount(
                groups.stream().mapToLong(group -> group.getFirst().steps()).sum(), cells.size());
        listener.begins();
        var threads = new ArrayList<Thread>();
        int workers = Math.min(parallel, groups.size());
        for (int worker = 1; worker < workers; worker++) {
            threads.add(new Thread(
                    () -> guarded(() -> {
                        try (var backend = devices.get()) {
                            work(groups, backend, levels, all);
                        }
                    }),
                    "halftune-study-" + worker));
        }
        threads.forEach(Thread::start);
        guarded(() -> work(groups, first, levels, all));
        for (var thread : threads) join(thread);
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("a cell failed", e);
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (CellTraining.Stopped e) {
            // The study was stopped, or another worker failed.
        } catch (Throwable e) { // is thrown by run()
            failure.compareAndSet(null, e);
        }
    }

    private void join(Thread thread) {
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                failure.compareAndSet(null, new IllegalStateException("the study was interrupted", e));
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void work(List<List<Cell>> groups, Backend backend, Map<String, Recomputation> levels, Amount all) {
        for (int i = next.getAndIncrement(); i < groups.size() && !stop.requested(); i = next.getAndIncrement()) {
            var group = groups.get(i);
            var training = new CellTraining(
                    backend,
                    inputs.config(),
                    inputs.weights(),
                    levels.getOrDefault(group.getFirst().training(), Recomputation.BLOCK),
                    models,
                    () -> failure.get() != null || stop.requested(),
                    stop,
                    done -> listener.stepped(steps.addAndGet(done), all.steps, finished.get(), all.cells));
            training.run(group, (cell, result) -> {
                log.append(result);
                listener.finished(line(cell, result), finished.incrementAndGet(), all.cells, secondsLeft(all.steps));
            });
        }
    }

    private record Amount(long steps, int cells) {}

    /** Cells that share a training are computed together, after each other. */
    private static List<List<Cell>> groups(List<Cell> cells) {
        var groups = new LinkedHashMap<String, List<Cell>>();
        for (var cell : cells)
            groups.computeIfAbsent(cell.training(), _ -> new ArrayList<>()).add(cell);
        return List.copyOf(groups.values());
    }

    private double secondsLeft(long total) {
        long done = steps.get();
        return done < total / 1000 + 1 ? Double.NaN : (System.nanoTime() - begin) * 1e-9 / done * (total - done);
    }

    private String line(Cell cell, Finished result) {
        var task = split.get(cell.task());
        if (result.diverged()) return cell.title() + ": the loss is NaN or infinite";
        if (task == null) {
            var marks = result.marks().get(cell.task());
            if (marks == null) return cell.title();
            return cell.title() + ": "
                    + (marks.each().length > 0
                            ? Figures.percent(marks.figure())
                            : String.format(Locale.ROOT, "perplexity %.3f", marks.figure()));
        }
        var each = new HashMap<String, double[]>();
        result.marks().forEach((suite, marks) -> each.put(suite, marks.each()));
        var score = task.scoring(each);
        return cell.title() + ": learned " + Figures.percent(score.learned())
                + (Double.isNaN(score.kept()) ? "" : ", kept " + Figures.percent(score.kept()));
    }

    /** The least recomputation with which all cells that run at the same time fit, by training. Recomputation changes no bits. */
    private Map<String, Recomputation> recomputation(List<Cell> cells) {
        var levels = new HashMap<String, Recomputation>();
        var known = new HashMap<Object, Recomputation>();
        for (var cell : cells) {
            if (!(cell instanceof Cell.Single training)) continue;
            var plan = training.plan();
            record Shape(String task, String method, int steps, long trainable) {}
            var shape = new Shape(
                    training.task(),
                    training.method(),
                    plan.totalSteps(),
                    training.selection().count().trainable());
            levels.put(cell.training(), known.computeIfAbsent(shape, _ -> require(training)));
        }
        return levels;
    }

    private Recomputation require(Cell.Single cell) {
        var capacities = new Capacities(cell.plan());
        MemoryDemand demand = attempt -> {
            SequencedMap<String, MemoryPlan> plans = new LinkedHashMap<>();
            for (int i = 1; i <= parallel; i++) {
                var setup = new TrainingSetup(
                        inputs.config(),
                        cell.selection().trainable(),
                        capacities.of(attempt),
                        attempt.recomputation(),
                        attempt.arguments().optimizing().adamW(0),
                        cell.stage().objective(inputs.config(), inputs.weights()));
                plans.put("cell " + i, MemoryPlan.of(setup, first));
            }
            return plans;
        };
        var check = new MemoryCheck(first, inputs.config(), cell.plan(), false, demand);
        return check.require(cell.plan().arguments().running().recompute()).recomputation();
    }
}
