package org.halftune.train.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.session.StartingWeights;
import org.halftune.train.input.TrainingPlan;

/** A checkpoint opened to be continued: first checked against the run that wants to, then read. */
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
     * @param folder of a checkpoint whose fingerprint is this run's
     * @throws InputError if the checkpoint is damaged, has no optimizer state, or lies beyond the end of this run
     */
    public static Resumption open(Path folder, TrainingPlan plan) {
        var state = TrainerStateFile.read(folder);
        if (state.state().step() > plan.totalSteps()) {
            throw new InputError(
                    "the checkpoint is at step " + state.state().step() + ", this run ends at " + plan.totalSteps(),
                    folder.toString(),
                    "raise --max_steps or --num_train_epochs, or resume an earlier checkpoint");
        }
        if (!Files.isRegularFile(folder.resolve(OptimizerFile.NAME))) {
            throw new InputError(
                    "the checkpoint has no optimizer state (" + OptimizerFile.NAME
                            + "), so its run cannot be continued; --save_only_model leaves it out",
                    folder.toString(),
                    "begin a new run from its weights: --model_name_or_path " + folder + ", and another --output_dir");
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

    /** Weights and optimizer state, exactly as they were. Read while this is open. */
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
