package org.halftune.train;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.halftune.backend.Backend;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionFile;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.tensor.DType;

/**
 * What a run leaves in its output folder: {@code metrics.jsonl}, {@code checkpoint-N} folders, and at the end the model.
 *
 * <p>A checkpoint is a model folder that transformers loads, with {@code optimizer.safetensors}, {@code
 * trainer_state.json} and {@code selection.json} beside the weights.
 */
final class RunOutput implements RunRecord {
    static final String SELECTION = "selection.json";

    private final Backend backend;
    private final Path folder;
    private final CheckpointFolder checkpoints;
    private final OptionalInt limit;
    private final MetricsLog metrics;
    private final TrainingPlan plan;
    private final RunFingerprint fingerprint;
    private final Selection selection;
    private final ModelFolderWriter model;
    private final Weights weights;
    private final AdamW optimizer;
    private final Map<String, List<DType>> exactTypes;

    /** @param model writes in the type of {@code --save_dtype} */
    RunOutput(
            Backend backend,
            CheckpointFolder checkpoints,
            MetricsLog metrics,
            TrainingPlan plan,
            RunFingerprint fingerprint,
            Selection selection,
            BaseModel base,
            ModelFolderWriter model,
            Weights weights,
            AdamW optimizer) {
        this.folder = plan.arguments().saving().outputFolder();
        this.limit = plan.arguments().saving().totalLimit();
        this.backend = backend;
        this.checkpoints = checkpoints;
        this.metrics = metrics;
        this.plan = plan;
        this.fingerprint = fingerprint;
        this.selection = selection;
        this.model = model;
        this.weights = weights;
        this.optimizer = optimizer;
        exactTypes = exactTypes(selection, base);
    }

    private static Map<String, List<DType>> exactTypes(Selection selection, BaseModel base) {
        var types = new HashMap<String, List<DType>>();
        for (var spec : selection.specs()) {
            // A trained weight has all the digits of F32, whatever it was read from.
            if (!selection.trains(spec.name())) types.put(spec.name(), base.exactTypes(spec.name()));
        }
        return types;
    }

    @Override
    public void append(MetricsRow row) {
        metrics.append(row.toJson());
    }

    @Override
    public Path checkpoint(TrainerState state) {
        var stateFile = new TrainerStateFile(
                state, plan.epochAfter(state.step()), plan.totalSteps(), fingerprint, metrics.rows());
        var written = checkpoints.write(state.step(), temporary -> {
            model.writeInto(temporary, weights::download);
            OptimizerFile.write(temporary, backend, optimizer, weights, model, exactTypes);
            SelectionFile.write(temporary.resolve(SELECTION), selection);
            stateFile.write(temporary);
        });
        if (limit.isPresent()) checkpoints.prune(limit.getAsInt(), written);
        return written.folder();
    }

    /** Writes the trained model into the output folder itself. */
    void export() {
        model.writeInto(folder, weights::download);
    }
}
