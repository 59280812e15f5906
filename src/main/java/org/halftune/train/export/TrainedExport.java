package org.halftune.train.export;

import java.nio.file.Path;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.session.TrainingSession;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.TrainingPlan;

/** Exports a model that was trained in memory, like a training run at its end. */
public final class TrainedExport {
    private TrainedExport() {}

    /** @throws org.halftune.problem.InputError if {@code --save_rounding} does not apply */
    public static void check(PretrainedFolder base, TrainingArguments arguments) {
        var writer = new BaseModel.Pretrained(base).writer(arguments.saving().dtype());
        SavedWeights.check(writer, arguments.saving());
    }

    /**
     * Writes the folder {@code target} completely or not at all.
     *
     * @param base the folder that training started from
     * @param plan gives the chat template and the end tokens that were trained
     * @return a description of the saved dtype and rounding
     * @throws org.halftune.problem.InputError if the target is not empty or not writable
     * @throws org.halftune.problem.DiskFailure if the disk is full
     */
    public static String write(Path target, PretrainedFolder base, TrainingSession session, TrainingPlan plan) {
        var arguments = plan.arguments();
        var model = new BaseModel.Pretrained(base);
        var saved = new SavedWeights(
                new ExactWeights(session, model),
                model.writer(arguments.saving().dtype())
                        .files(plan.templateFiles())
                        .trainedEnds(plan.trainedEnds()),
                arguments.saving(),
                arguments.running().seed());
        saved.model().write(target, saved);
        return saved.description();
    }
}
