package org.halftune.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.halftune.files.AtomicFile;
import org.halftune.hft.Rounds;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionFile;
import org.halftune.model.LlamaConfig;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.checkpoint.OptimizerFile;
import org.halftune.train.checkpoint.RunFingerprint;
import org.halftune.train.checkpoint.TrainerState;
import org.halftune.train.checkpoint.TrainerStateFile;
import org.halftune.train.export.SavedWeights;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.record.MetricsLog;
import org.halftune.train.record.MetricsRow;
import org.halftune.train.record.ModelCard;
import org.halftune.train.record.Outcome;

/**
 * What a run leaves in its output folder: {@code metrics.jsonl}, {@code checkpoint-N} folders, and at the end the model.
 *
 * <p>A checkpoint is a model folder that transformers loads, with {@code optimizer.safetensors}, {@code
 * trainer_state.json} and {@code selection.json} next to the weights.
 */
final class RunOutput implements RunRecord {
    static final String SELECTION = "selection.json";
    static final String RECIPE = "recipe.yaml";

    /** The selection in the folder of a checkpoint. */
    static Optional<Selection> selection(Path checkpoint, LlamaConfig config) {
        var file = checkpoint.resolve(SELECTION);
        return Files.exists(file) ? Optional.of(SelectionFile.read(file, config)) : Optional.empty();
    }

    private final String device;
    private final Path folder;
    private final CheckpointFolder checkpoints;
    private final OptionalInt limit;
    private final boolean onlyModel;
    private final MetricsLog metrics;
    private final TrainingPlan plan;
    private final Stage stage;
    private final RunFingerprint fingerprint;
    private final Rounds rounds;
    private final SavedWeights weights;
    private final RunExport export;

    RunOutput(
            String device,
            CheckpointFolder checkpoints,
            MetricsLog metrics,
            TrainingPlan plan,
            Stage stage,
            RunFingerprint fingerprint,
            Rounds rounds,
            SavedWeights weights,
            RunExport export) {
        this.folder = plan.arguments().saving().outputFolder();
        this.limit = plan.arguments().saving().totalLimit();
        this.onlyModel = plan.arguments().saving().onlyModel();
        this.device = device;
        this.checkpoints = checkpoints;
        this.metrics = metrics;
        this.plan = plan;
        this.stage = stage;
        this.fingerprint = fingerprint;
        this.rounds = rounds;
        this.weights = weights;
        this.export = export;
    }

    @Override
    public void append(MetricsRow row) {
        metrics.append(row.toJson());
    }

    @Override
    public Path checkpoint(TrainerState state) {
        var stateFile = new TrainerStateFile(
                state,
                plan.epochAfter(state.step()),
                plan.totalSteps(),
                fingerprint,
                plan.templateTime(),
                metrics.rows());
        var written = checkpoints.write(state.step(), temporary -> {
            weights.model().writeInto(temporary, weights);
            if (!onlyModel) OptimizerFile.write(temporary, weights.exact(), weights.model());
            SelectionFile.write(temporary.resolve(SELECTION), rounds);
            stateFile.write(temporary);
        });
        if (limit.isPresent())
            checkpoints.prune(limit.getAsInt(), written, state.best().checkpoint());
        return written.folder();
    }

    /**
     * Writes the trained model or its delta into the output folder itself, and its card: the weights as they are, or those of the best
     * checkpoint.
     */
    void export(Outcome.Finished finished) {
        var best = finished.exported().map(chosen -> checkpoints.of(chosen.step()));
        export.write(
                folder,
                weights.model(),
                weights,
                best,
                name -> weights.exact().session().trained(name));
        var card = new ModelCard(plan, stage, rounds, device, weights.description(), finished, metrics.rows());
        AtomicFile.write(folder.resolve(ModelCard.FILE), card.text());
    }
}
