package org.halftune.continual;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.halftune.backend.Backend;
import org.halftune.continual.Preparation.Prepared;
import org.halftune.eval.EvalListener;
import org.halftune.files.AtomicFile;
import org.halftune.generate.LoadedModel;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TrainRun;
import org.halftune.train.export.BaseModel;
import org.halftune.train.record.Outcome;

/**
 * {@code halftune continual}: learns the tasks one after another, each from the model before, and scores all of them after each round.
 *
 * <p>A round is a {@link TrainRun} into a folder of its own, with its own selection and a new optimizer. Between rounds the state is
 * {@code continual.json}, written after each training and each score, so a run that is killed at any moment continues to the same
 * weights and scores, bit for bit.
 */
public final class ContinualRun {
    private final ContinualOptions options;
    private final Backend backend;
    private final ContinualListener listener;
    private final StopSignal stop;
    private final ContinualFolder folder;
    private final Path output;

    public ContinualRun(ContinualOptions options, Backend backend, ContinualListener listener, StopSignal stop) {
        this.options = options;
        this.backend = backend;
        this.listener = listener;
        this.stop = stop;
        output = options.output();
        folder = new ContinualFolder(output);
    }

    /**
     * Starts or continues the training.
     *
     * @throws org.halftune.problem.InputError if an input is invalid; then nothing is written
     * @throws org.halftune.train.record.TrainingFailure if a loss is NaN or infinite, or the device fails
     */
    public ContinualOutcome run() {
        var arguments = options.rounds().getFirst().arguments();
        try (var base = BaseModel.open(arguments.model(), arguments.running().seed())) {
            var found = folder.check(options, bytes(base));
            var started = found.map(ContinualState::started)
                    .orElseGet(() -> LocalDateTime.now(ZoneId.systemDefault()).withNano(0));
            var prepared = Preparation.of(options, base, backend, started, listener::notice);
            found.ifPresent(saved ->
                    prepared.fingerprint().requireSameAs(saved.fingerprint(), output.resolve(ContinualState.FILE)));
            var tasks =
                    options.rounds().stream().map(round -> round.task().name()).toList();
            var state = found.orElseGet(() ->
                    new ContinualState(started, prepared.fingerprint(), 0, prepared.metrics(), ScoreMatrix.of(tasks)));
            listener.begins(options, prepared.rounds(), backend.description(), found.map(this::progress));
            if (isComplete(state)) return finished(state, prepared, true);
            try (var _ = folder.prepare(found.isEmpty(), listener::notice)) {
                if (!options.recipe().isEmpty())
                    AtomicFile.write(output.resolve(ContinualFolder.RECIPE), options.recipe());
                state.write(output);
                return run(prepared, state);
            }
        }
    }

    /** The least that is written: float32 models that exist at the same time, and the final model. */
    private long bytes(BaseModel base) {
        long whole = base.writer().dtype(DType.F32).bytes();
        long last = base.writer(options.saved().dtype()).bytes();
        int rounds = options.rounds().size();
        return switch (options.keep()) {
            case ALL -> rounds * whole + last;
            // The model before a round stays until the round is scored.
            case LAST -> Math.max(Math.min(2, rounds) * whole, whole + last);
        };
    }

    private String progress(ContinualState saved) {
        int rounds = options.rounds().size();
        int trained = saved.trained();
        boolean scored = isScored(trained, saved.scores());
        return trained + " of " + rounds + " rounds are trained"
                + (scored || trained == 0 ? "" : "; round " + trained + " is not scored yet");
    }

    private ContinualOutcome run(Prepared prepared, ContinualState begin) {
        var report = new SequenceReport(options, prepared.rounds(), backend.description());
        var state = begin;
        int last = options.rounds().size();
        for (int round = 0; round <= last; round++) {
            boolean trained = state.trained() >= round;
            if (trained && isScored(round, state.scores())) continue;
            var at = options.rounds().get(Math.max(round, 1) - 1);
            if (!trained) {
                if (!train(prepared.rounds().get(round - 1))) return new ContinualOutcome.Stopped(at);
                state = state.afterTraining(round);
                state.write(output);
            }
            state = score(round, prepared, state);
            if (!isScored(round, state.scores())) return new ContinualOutcome.Stopped(at);
            report.write(output, state.scores(), state.metrics(), round);
            listener.scored(round, state.scores(), state.metrics());
            tidy(round);
            if (stop.requested() && round < last)
                return new ContinualOutcome.Stopped(options.rounds().get(round));
        }
        for (int round = 1; round <= last; round++) tidy(round);
        report.write(output, state.scores(), state.metrics(), last);
        return finished(state, prepared, false);
    }

    /** Writes the final model last: with it the run is complete. */
    private ContinualOutcome finished(ContinualState state, Prepared prepared, boolean before) {
        Path last = options.rounds().getLast().folder();
        String saved = FinalModel.write(output, options.model(), last, prepared.learned(), options.saved());
        return new ContinualOutcome.Finished(state.scores(), state.metrics(), saved, before);
    }

    private boolean isComplete(ContinualState state) {
        int last = options.rounds().size();
        for (int round = 0; round <= last; round++) if (!isScored(round, state.scores())) return false;
        return state.trained() == last && FinalModel.exists(output);
    }

    /** Whether all scores of a round are known. */
    private boolean isScored(int round, ScoreMatrix scores) {
        for (int task = 1; task <= scores.tasks().size(); task++) {
            if (options.scoring().scores(round, task) && !scores.measured(round, task)) return false;
        }
        return true;
    }

    /** Returns false if it was stopped. A round without a checkpoint begins anew. */
    private boolean train(PreparedRound prepared) {
        var round = prepared.round();
        var arguments = ContinualFolder.hasCheckpoint(round.folder())
                ? round.arguments().resumed()
                : round.arguments();
        var trainer = listener.round(round, options.rounds().size());
        var outcome = new TrainRun(arguments, prepared.stage(), backend, trainer, stop, "").run();
        return !(outcome instanceof Outcome.Stopped);
    }

    /** Scores what is not scored yet; the state is written after each task. */
    private ContinualState score(int round, Prepared prepared, ContinualState before) {
        var state = before;
        Path folderOfModel =
                round == 0 ? options.model() : options.rounds().get(round - 1).folder();
        try (var model = LoadedModel.open(backend, folderOfModel)) {
            for (int task = 1; task <= options.rounds().size(); task++) {
                if (!options.scoring().scores(round, task) || state.scores().measured(round, task)) continue;
                if (stop.requested()) return state;
                var of = prepared.rounds().get(task - 1);
                String name = of.round().task().name();
                int batch = of.round().arguments().batching().evalBatchSize();
                double score = of.test().score(backend, model, batch, new EvalListener() {
                    @Override
                    public void progress(String what, long done, long total) {
                        listener.scoring(round, name, done, total);
                    }
                });
                state = state.with(state.scores().with(round, task, score));
                state.write(output);
            }
        }
        return state;
    }

    /** Deletes what a scored round does not need: its checkpoints, and the model before it unless models are kept. */
    private void tidy(int round) {
        if (round == 0) return;
        ContinualFolder.removeCheckpoints(options.rounds().get(round - 1).folder());
        if (options.keep() == ContinualOptions.Keep.LAST && round > 1) {
            ContinualFolder.removeModel(options.rounds().get(round - 2).folder());
        }
    }
}
