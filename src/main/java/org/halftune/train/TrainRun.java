package org.halftune.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceFailure;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.files.AtomicFile;
import org.halftune.hft.Rounds;
import org.halftune.hft.SelectionFile;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Export;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.checkpoint.CheckpointFolder.Checkpoint;
import org.halftune.train.checkpoint.Resumption;
import org.halftune.train.checkpoint.RunFingerprint;
import org.halftune.train.checkpoint.TrainerState;
import org.halftune.train.checkpoint.TrainerStateFile;
import org.halftune.train.export.BaseModel;
import org.halftune.train.export.ExactWeights;
import org.halftune.train.export.SavedWeights;
import org.halftune.train.importance.Importance;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.input.TrainingNotices;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.memory.MemoryCheck;
import org.halftune.train.record.MetricsLog;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.RunHeader;
import org.halftune.train.record.RunReport;
import org.halftune.train.record.TensorBoardLog;
import org.halftune.train.record.TrainingFailure;
import org.halftune.train.record.TrainingListener;
import org.halftune.train.record.TrainingListeners;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run of {@code halftune train} or {@code halftune dpo}, from the arguments to the exported model: reads model, rows and selection, checks everything, and only then
 * creates files, allocates and trains.
 */
public final class TrainRun {
    private final TrainingArguments arguments;
    private final Stage stage;
    private final Backend backend;
    private final TrainingListener listener;
    private final StopSignal stop;
    private final RunFolder folder;
    private final String recipe;

    /** Supervised fine-tuning. */
    public TrainRun(
            TrainingArguments arguments, Backend backend, TrainingListener listener, StopSignal stop, String recipe) {
        this(arguments, new Stage.Supervised(), backend, listener, stop, recipe);
    }

    /** @param recipe all flags of the run, for {@code recipe.yaml} in the output folder; empty: not written */
    public TrainRun(
            TrainingArguments arguments,
            Stage stage,
            Backend backend,
            TrainingListener listener,
            StopSignal stop,
            String recipe) {
        this.stage = stage;
        this.recipe = recipe;
        this.arguments = arguments;
        this.backend = backend;
        this.listener = listener;
        this.stop = stop;
        folder = new RunFolder(arguments.saving());
    }

    /**
     * Starts or resumes the training.
     *
     * @throws org.halftune.problem.InputError if an input is invalid
     * @throws TrainingFailure if the loss is NaN or infinite, or the device fails
     */
    public Outcome run() {
        try (var base = BaseModel.open(arguments.model(), arguments.running().seed())) {
            var writer = base.writer(arguments.saving().dtype());
            SavedWeights.check(writer, arguments.saving());
            var checkpoint = folder.check(arguments.model().path(), writer.bytes());
            base.notices().forEach(listener::notice);
            var arguments = new Importance(backend, base.config(), base.start(), listener::notice)
                    .scored(this.arguments, checkpoint.flatMap(of -> RunOutput.selection(of.folder(), base.config())));
            var selection = TrainingInputs.selection(arguments.selecting(), base.config());
            var saved = checkpoint.map(of -> TrainerStateFile.read(of.folder()));
            var now = saved.flatMap(TrainerStateFile::templateTime)
                    .orElseGet(() -> LocalDateTime.now(ZoneId.systemDefault()));
            var plan = stage.plan(arguments, base.config(), now, listener::notice);
            TrainingNotices.of(plan).forEach(listener::notice);
            var rounds = TrainingInputs.rounds(arguments.selecting(), selection, base.config(), plan.totalSteps());
            var fingerprint = RunFingerprint.of(base, selection, plan, stage.settings());
            if (checkpoint.isEmpty() || saved.isEmpty())
                return train(base, rounds, plan, fingerprint, checkpoint, Optional.empty());
            var found = saved.get();
            fingerprint.requireSameAs(found.fingerprint(), checkpoint.get().folder());
            var output = arguments.saving().outputFolder();
            if (FinishedRun.isComplete(
                    output,
                    found.state(),
                    plan,
                    () -> export(base)
                            .isIn(output, writer, rounds.learned(found.state().step())))) {
                return new Outcome.Complete(found.state().step());
            }
            try (var resumption = Resumption.open(checkpoint.get().folder(), plan)) {
                return train(base, rounds, plan, fingerprint, checkpoint, Optional.of(resumption));
            }
        }
    }

    private Outcome train(
            BaseModel base,
            Rounds rounds,
            TrainingPlan plan,
            RunFingerprint fingerprint,
            Optional<Checkpoint> checkpoint,
            Optional<Resumption> resumption) {
        var check = MemoryCheck.ofRun(backend, base.config(), plan, stage);
        var choice = check.require(arguments.running().recompute());
        long bytes = base.writer(arguments.saving().dtype()).bytes();
        var history = resumption.map(found -> found.state().history()).orElse(List.of());
        var report = new RunReport(arguments.saving().outputFolder(), history);
        try (var _ = folder.prepare(arguments.model().path(), bytes, checkpoint, listener::notice)) {
            return reported(report, () -> {
                SelectionFile.write(arguments.saving().outputFolder().resolve(RunOutput.SELECTION), rounds);
                if (!recipe.isEmpty())
                    AtomicFile.write(arguments.saving().outputFolder().resolve(RunOutput.RECIPE), recipe);
                try {
                    return train(base, rounds, plan, fingerprint, resumption, choice, report);
                } catch (OutOfDeviceMemory e) {
                    throw check.explain(e, choice.recomputation(), next(resumption, " and "));
                } catch (DeviceFailure e) {
                    throw TrainingFailure.of(e, next(resumption, ""));
                }
            });
        }
    }

    /** Runs {@code work} and writes a failure to the report. If that fails too, the first failure is thrown. */
    private static Outcome reported(RunReport report, Supplier<Outcome> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            try {
                report.failed(e);
            } catch (RuntimeException unwritten) {
                e.addSuppressed(unwritten);
            }
            throw e;
        }
    }

    /** How to continue after a failure; empty if there is no checkpoint. */
    private String next(Optional<Resumption> resumption, String before) {
        if (arguments.saving().onlyModel()) return "";
        return folder.checkpoints()
                .newest()
                .map(CheckpointFolder.Checkpoint::folder)
                .or(() -> resumption.map(Resumption::folder))
                .map(checkpoint -> before + "repeat the command with --resume_from_checkpoint " + checkpoint
                        + ", which is complete")
                .orElse("");
    }

    private Outcome train(
            BaseModel base,
            Rounds rounds,
            TrainingPlan plan,
            RunFingerprint fingerprint,
            Optional<Resumption> resumption,
            MemoryCheck.Choice choice,
            RunReport report) {
        var source = base.source()
                .orElseGet(() -> StartingWeights.unfilled(base.config(), backend.storage())); // drawn: none is stored
        var ready = stage.prepared(plan, backend, base.config(), source, listener::notice);
        int lastStep = Math.max(
                0, resumption.map(found -> found.state().state().step()).orElse(0) - 1);
        var setup = new TrainingSetup(
                base.config(),
                rounds.at(lastStep).trainable(),
                plan.capacity(),
                choice.recomputation(),
                arguments.optimizing().adamW(arguments.running().seed()),
                stage.objective(base.config(), source),
                stage.constraint());
        var start = resumption.map(Resumption::start).orElseGet(base::start);
        try (var session = TrainingSession.open(backend, setup, start, rounds.learnedBefore(rounds.number(lastStep)))) {
            var state = resumption.map(this::stateOf).orElse(TrainerState.START);
            var history =
                    resumption.map(checkpoint -> checkpoint.state().history()).orElse(List.of());
            var saved = new SavedWeights(
                    new ExactWeights(session, base),
                    base.writer(arguments.saving().dtype())
                            .files(plan.templateFiles())
                            .trainedEnds(plan.trainedEnds()),
                    arguments.saving(),
                    arguments.running().seed());
            var output = new RunOutput(
                    backend.description(),
                    folder.checkpoints(),
                    new MetricsLog(arguments.saving().outputFolder(), history),
                    plan,
                    stage,
                    fingerprint,
                    rounds,
                    saved,
                    export(base));
            var resumed = resumption.map(Resumption::folder);
            var watchers = watchers(report, state.step());
            watchers.begins(header(rounds, plan, state, resumed, choice.description(), saves(base, saved, rounds)));
            saved.model().changedEnds().ifPresent(listener::notice);
            var outcome = new Trainer(
                            session, stage, ready, rounds, state, resumed, lastLoss(history), output, stop, watchers)
                    .run();
            if (outcome instanceof Outcome.Finished finished) output.export(finished);
            report.ended(outcome);
            return outcome;
        }
    }

    private RunExport export(BaseModel base) {
        return RunExport.of(arguments.saving().export() == Export.DELTA, base);
    }

    private String saves(BaseModel base, SavedWeights saved, Rounds rounds) {
        return saved.description()
                + export(base)
                        .description(saved.model(), rounds.learned())
                        .map(what -> "; " + what)
                        .orElse("");
    }

    /** The caller's listener, and those that write files. */
    private TrainingListeners watchers(RunReport report, int stepsDone) {
        var watchers = new ArrayList<>(List.of(listener, report));
        var reporting = arguments.running().reporting();
        if (reporting.tensorBoard()) {
            Path events = TensorBoardLog.folder(reporting, arguments.saving().outputFolder());
            watchers.add(new TensorBoardLog(events, stepsDone));
        }
        return new TrainingListeners(watchers);
    }

    /** The last logged loss; NaN if there is none. */
    private static double lastLoss(List<ObjectNode> history) {
        return history.reversed().stream()
                .filter(row -> row.has("loss"))
                .findFirst()
                .map(row -> row.get("loss").asDouble())
                .orElse(Double.NaN);
    }

    /** The state, without a best checkpoint that is missing from the output folder. */
    private TrainerState stateOf(Resumption resumption) {
        var state = resumption.state().state();
        int best = state.best().checkpoint();
        if (best == 0 || Files.isDirectory(folder.checkpoints().of(best))) return state;
        if (arguments.evaluating().bestModel().tracked()) {
            listener.notice("the best checkpoint so far, " + CheckpointFolder.name(best)
                    + ", is missing from the output folder and cannot be exported");
        }
        return state.with(state.best().withoutCheckpoint());
    }

    private RunHeader header(
            Rounds rounds,
            TrainingPlan plan,
            TrainerState state,
            Optional<Path> resumed,
            Optional<String> recomputation,
            String saved) {
        return new RunHeader(
                arguments.model().path(),
                backend.description(),
                rounds,
                plan,
                stage,
                state.step(),
                resumed,
                recomputation,
                saved,
                backend.memory().held());
    }
}
