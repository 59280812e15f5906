package org.halftune.study;

import java.nio.file.Path;
import java.util.List;
import org.halftune.continual.ContinualMethod;
import org.halftune.continual.ContinualOptions;
import org.halftune.continual.TaskSequence;
import org.halftune.recipe.RecipeEntry;
import org.halftune.report.study.RateAndSteps;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.TrainingArguments;

/** What a study file means outside the study: the flags of {@code train} and {@code dpo}, and the bundled model and tasks. */
public interface StudyFlags {

    /** The flags of {@code train} that may stand in a study file. */
    List<String> names();

    /** The flags of {@code dpo} alone that may stand in a study file. */
    List<String> preferenceNames();

    /**
     * The arguments of preference optimization.
     *
     * @param flags of {@link #preferenceNames}; each at most once
     */
    Preferring preferring(List<RecipeEntry> flags);

    /**
     * The arguments of a training.
     *
     * @param flags keys of the study file that are flags; each key at most once
     * @throws org.halftune.problem.InputError with file and line if a value is not possible
     */
    TrainingArguments training(
            Path model, List<Path> trainFiles, List<RecipeEntry> flags, RateAndSteps setting, long seed);

    /**
     * The rounds of a sequence of tasks.
     *
     * @param folder for the models of the rounds
     */
    ContinualOptions sequence(
            Path model,
            TaskSequence tasks,
            ContinualMethod method,
            List<RecipeEntry> flags,
            RateAndSteps setting,
            long seed,
            Path folder);

    /** The bundled model. */
    Path bundledModel();

    /** Files of the bundled model: questions that it can answer, and text. */
    Path bundledKnowledge();

    Path bundledHeldOut();

    /** Names of the bundled tasks with prompts and completions. */
    List<String> bundledTasks();

    /** Names of the bundled tasks with preference pairs. */
    List<String> bundledPairTasks();

    Path bundledTrain(String task);

    Path bundledTest(String task);
}
