package org.halftune.train.export;

import java.nio.file.Path;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.session.TrainingSession;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.TrainingPlan;

/** Exports a model that was trained in memory, with the same weights as a training run would at its end. */
public final class TrainedExport {
    private TrainedExport() {}

    /** @throws org.halftune.problem.InputError if a rounding is asked for where nothing can be rounded so */
    public static void check(PretrainedFolder base, TrainingArguments arguments) {
        var writer = new BaseModel.Pretrained(base).writer(arguments.saving().dtype());
        SavedWeights.check(writer, arguments.saving());
    }

    /**
     * Writes the folder {@code target}: all of it or nothing.
     *
     * @param base the folder that training started from
     * @param plan what was trained on: the export carries the chat template that was used, and the ends that were learnt
     * @return in which type weights were written, and how they were rounded to it
     * @throws org.halftune.problem.InputError if the target is not empty or not writable, or the disk is full
     */
    public static String write(Path target, PretrainedFolder base, TrainingSession session, TrainingPlan plan) {
        var arguments = plan.arguments();
        var model = new BaseModel.Pretrained(base);
        var saved = new SavedWeights(
                new ExactWeights(session, model),
                model.writer(arguments.saving().dtype())
                        .files(plan.templateFiles())
                        .trainedEnds(plan.learntEnds()),
                arguments.saving(),
                arguments.running().seed());
        saved.model().write(target, saved);
        return saved.said();
    }
}
