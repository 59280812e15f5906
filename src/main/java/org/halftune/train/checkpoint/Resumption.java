package org.halftune.train.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.session.StartingWeights;
import org.halftune.train.input.TrainingPlan;

/** An open checkpoint to resume from, checked against the run. */
public final class Resumption implements AutoCloseable {
    private final Path folder;
    private final TrainerStateFile state;
    private final PretrainedFolder model;
    private final SafetensorsFile optimizer;

    private Resumption(Path folder, TrainerStateFile state, PretrainedFolder model, SafetensorsFile optimizer) {
        this.folder = folder;
        this.state = state;
        this.model = model;
        this.optimizer = optimizer;
    }

    /**
     * @param folder of a checkpoint with this run's fingerprint
     * @throws InputError if the checkpoint is damaged, has no optimizer state, or is after the run's last step
     */
    public static Resumption open(Path folder, TrainingPlan plan) {
        var state = TrainerStateFile.read(folder);
        if (state.state().step() > plan.totalSteps()) {
            throw new InputError(
                    "the checkpoint is at step " + state.state().step() + ", but this run ends at step "
                            + plan.totalSteps(),
                    folder.toString(),
                    "raise --max_steps or --num_train_epochs, or resume an earlier checkpoint");
        }
        if (!Files.isRegularFile(folder.resolve(OptimizerFile.NAME))) {
            throw new InputError(
                    "cannot resume: the checkpoint has no optimizer state (" + OptimizerFile.NAME
                            + "), because it was written with --save_only_model",
                    folder.toString(),
                    "start a new run from its weights: --model_name_or_path " + folder + ", with another --output_dir");
        }
        var model = PretrainedFolder.open(folder);
        try {
            return new Resumption(folder, state, model, SafetensorsFile.open(folder.resolve(OptimizerFile.NAME)));
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    public Path folder() {
        return folder;
    }

    public TrainerStateFile state() {
        return state;
    }

    /** The exact weights and the optimizer state. Must be loaded before this is closed. */
    public StartingWeights start() {
        return new StartingWeights.Saved(
                OptimizerFile.weights(optimizer, model.source()), state.state().optimizerSteps(), optimizer::get);
    }

    @Override
    public void close() {
        optimizer.close();
        model.close();
    }
}
