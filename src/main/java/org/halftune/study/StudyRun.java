package org.halftune.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.backend.Backend;
import org.halftune.console.Amounts;
import org.halftune.files.AtomicFile;
import org.halftune.problem.InputError;
import org.halftune.report.study.Observation;
import org.halftune.report.study.RateAndSteps;
import org.halftune.report.study.StudyAnalysis;
import org.halftune.report.study.StudyResult;
import org.halftune.train.RunLock;
import org.halftune.train.StopSignal;

/**
 * Runs a study: reads all inputs, computes the cells that are not in the output folder yet, and gives the result.
 *
 * <p>A cell is found again by a digest of everything that determines it: model, rows, selection, settings and what is scored. So a
 * study can be stopped at any time and run again, and a changed file trains only what is new.
 */
public final class StudyRun {
    /** Models of sequences that are being trained. */
    private static final String MODELS = "models";

    private final Design design;
    private final Path folder;
    private final Machine machine;
    private final StudyListener listener;
    private final StopSignal stop;

    /**
     * @param folder for {@code cells.jsonl}
     * @param stop ends the study within a step or a score; cells that are not finished are trained again by the next run
     */
    public StudyRun(Design design, Path folder, Machine machine, StudyListener listener, StopSignal stop) {
        this.design = design;
        this.folder = folder;
        this.machine = machine;
        this.listener = listener;
        this.stop = stop;
    }

    /**
     * Computes what is missing.
     *
     * @return the result; empty if the study was stopped before the last cell
     * @throws InputError if an input is invalid
     */
    public Optional<StudyResult> run() {
        try (var inputs = new StudyInputs(design, listener::notice);
                var backend = machine.devices().get()) {
            var cells = Cells.of(inputs, backend);
            var split = inputs.taskSuites();
            AtomicFile.makeFolder(folder);
            try (var _ = RunLock.take(folder, listener::notice)) {
                var finished = finished();
                var missing = cells.all().stream()
                        .filter(cell -> !finished.containsKey(cell.key()))
                        .toList();
                int parallel = machine.parallel(backend);
                listener.notice(Amounts.counted(cells.all().size(), "cell") + ": "
                        + (cells.all().size() - missing.size()) + " finished, " + missing.size() + " to do, "
                        + parallel + " at the same time");
                if (!missing.isEmpty()) {
                    try (var log = CellLog.open(folder)) {
                        new CellWorkers(
                                        parallel,
                                        inputs,
                                        backend,
                                        machine.devices(),
                                        log,
                                        folder.resolve(MODELS),
                                        split,
                                        listener,
                                        stop)
                                .run(missing);
                    }
                }
                var now = finished();
                boolean whole = cells.all().stream().allMatch(cell -> now.containsKey(cell.key()));
                return whole ? Optional.of(result(inputs, cells, now)) : Optional.empty();
            }
        }
    }

    /**
     * The result of the cells that are finished; computes nothing.
     *
     * @throws InputError if none is finished
     */
    public StudyResult report() {
        try (var inputs = new StudyInputs(design, listener::notice);
                var backend = machine.devices().get()) {
            var cells = Cells.of(inputs, backend);
            var finished = finished();
            if (cells.training.stream().noneMatch(cell -> finished.containsKey(cell.key()))) {
                throw new InputError(
                        "no training of this study is finished",
                        folder.resolve(CellLog.FILE).toString(),
                        "run the study without --report_only, or name the folder of its results");
            }
            return result(inputs, cells, finished);
        }
    }

    /** The cells of the design. */
    private record Cells(List<Cell.Base> base, List<Cell> training) {
        static Cells of(StudyInputs inputs, Backend backend) {
            return new Cells(inputs.baseCells(backend.storage()), inputs.trainingCells(backend));
        }

        List<Cell> all() {
            var all = new ArrayList<Cell>(base);
            var keys = new HashMap<String, Cell>();
            // Equal trainings under two names are computed once.
            for (var cell : training) if (keys.putIfAbsent(cell.key(), cell) == null) all.add(cell);
            return all;
        }
    }

    private Map<String, Finished> finished() {
        var finished = new HashMap<String, Finished>();
        for (var cell : CellLog.read(folder)) finished.put(cell.key(), cell);
        return finished;
    }

    private StudyResult result(StudyInputs inputs, Cells cells, Map<String, Finished> finished) {
        var base = new LinkedHashMap<String, double[]>();
        for (var cell : cells.base) {
            var done = finished.get(cell.key());
            if (done != null) done.marks().forEach((suite, marks) -> base.put(suite, marks.each()));
        }
        var observations = new ArrayList<Observation>();
        int missing = 0;
        for (var cell : cells.training) {
            var done = finished.get(cell.key());
            if (done == null) missing++;
            else observations.add(observation(cell, done));
        }
        return new StudyAnalysis(
                        design.title(),
                        inputs.model(),
                        design.seeds(),
                        design.choice().share(),
                        design.baseline(),
                        inputs.taskSuites(),
                        design.methods(),
                        base,
                        observations,
                        missing,
                        design.paper())
                .result();
    }

    private static Observation observation(Cell cell, Finished done) {
        return switch (cell) {
            case Cell.Single of ->
                observation(
                        of,
                        of.method(),
                        of.setting(),
                        of.seed(),
                        of.selection().count().share(),
                        done);
            case Cell.Sequence of -> observation(of, of.method(), of.setting(), of.seed(), of.trainable(), done);
            case Cell.Base of -> throw new IllegalStateException(of.title() + " is not trained");
        };
    }

    private static Observation observation(
            Cell cell, String method, RateAndSteps setting, long seed, double trainable, Finished done) {
        var marks = new LinkedHashMap<String, double[]>();
        var figures = new LinkedHashMap<>(done.figures());
        double perplexity = 0;
        int texts = 0;
        for (var suite : cell.suites()) {
            var scored = done.marks().get(suite.name());
            if (scored == null) continue;
            if (scored.each().length > 0) {
                marks.put(suite.name(), scored.each());
            } else {
                perplexity += scored.figure();
                texts++;
            }
        }
        if (texts > 0) figures.put(Observation.PERPLEXITY, perplexity / texts);
        return new Observation(cell.task(), method, setting, seed, done.diverged(), marks, figures, trainable);
    }
}
