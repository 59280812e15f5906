package org.halftune.continual;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/**
 * The options of a continual training.
 *
 * @param model the model before the first round
 * @param output the folder of everything that is written
 * @param rounds one for each task, at least one
 * @param keep which models stay on disk
 * @param overwrite whether the results of an earlier run in the folder are replaced
 * @param resume whether to continue the run in the folder
 * @param saved dtype and rounding of the final model
 * @param recipe all flags of the run, for {@code recipe.yaml}; empty: not written
 */
public record ContinualOptions(
        Path model,
        Path output,
        List<TaskRound> rounds,
        ContinualMethod method,
        Scoring scoring,
        Keep keep,
        boolean overwrite,
        boolean resume,
        FinalModel.Type saved,
        String recipe) {
    private static final int CHECKPOINTS = 1;

    public ContinualOptions {
        rounds = List.copyOf(rounds);
    }

    /** {@code --keep_models}: the models of all rounds, or of the last round alone. */
    public enum Keep {
        ALL,
        LAST
    }

    /**
     * What differs from a single training.
     *
     * @param epochs {@code --num_train_epochs}: one number, or one for each task; empty: the form's
     */
    public record Choices(ContinualMethod method, Scoring scoring, Keep keep, List<Double> epochs) {
        public Choices {
            epochs = List.copyOf(epochs);
        }
    }

    /**
     * The rounds that a training's flags and the tasks give.
     *
     * @param form the flags of every training; {@code outputDir} is the folder of the whole run. Its fields are changed
     * @throws InputError if a flag is invalid
     */
    public static ContinualOptions of(
            TrainingArgumentsBuilder form, TaskSequence sequence, Choices choices, String recipe) {
        var first = sequence.tasks().getFirst();
        form.trainFiles = List.of(first.trainFile());
        var whole = form.build(); // Errors name the flags as they were given.
        if (whole.selecting().unscored().isPresent()) {
            throw new InputError(
                    "--hft_strategy importance is not possible here: what a round trains would depend on the model of the round"
                            + " before, and all rounds are checked before the first",
                    "",
                    "choose another --hft_strategy, or give one --selection for all rounds (halftune select makes it)");
        }
        if (whole.saving().resume() instanceof Resume.From) {
            throw new InputError(
                    "--resume_from_checkpoint needs true here: the round and its checkpoint are found in --output_dir",
                    "",
                    "write --resume_from_checkpoint true");
        }
        var tasks = sequence.tasks();
        if (choices.epochs.size() > 1 && choices.epochs.size() != tasks.size()) {
            throw new InputError(
                    "--num_train_epochs has " + choices.epochs.size() + " numbers for "
                            + Amounts.counted(tasks.size(), "task"),
                    "",
                    "give one number, or one for each task: "
                            + String.join(
                                    ", ",
                                    tasks.stream().map(ContinualTask::name).toList()));
        }
        Path output = whole.saving().outputFolder();
        var type = new FinalModel.Type(
                Optional.ofNullable(form.saveDtype), Optional.ofNullable(form.saveRounding), form.seed);
        return new ContinualOptions(
                whole.model().path(),
                output,
                rounds(form, tasks, choices, output),
                choices.method,
                choices.scoring,
                choices.keep,
                whole.saving().overwrite(),
                whole.saving().resume() instanceof Resume.Newest,
                type,
                recipe);
    }

    private static List<TaskRound> rounds(
            TrainingArgumentsBuilder form, List<ContinualTask> tasks, Choices choices, Path output) {
        var rounds = new ArrayList<TaskRound>();
        double rate = form.learningRate;
        double epochs = form.numTrainEpochs;
        int steps = form.maxSteps;
        form.saveDtype = SaveType.FLOAT32;
        form.saveRounding = null;
        form.resumeFromCheckpoint = new Resume.Afresh();
        form.overwriteOutputDir = true; // The folder of a round belongs to the run.
        if (form.saveTotalLimit == null) form.saveTotalLimit = CHECKPOINTS;
        for (int i = 0; i < tasks.size(); i++) {
            var task = tasks.get(i);
            int number = i + 1;
            form.trainFiles = List.of(task.trainFile());
            form.outputDir = output.resolve(task.folder(number));
            if (draws(form)) form.hftRound = number;
            form.learningRate = task.settings().learningRate().orElse(rate);
            form.numTrainEpochs = task.settings().epochs().orElse(epochs(choices, i, epochs));
            boolean own = task.settings().epochs().isPresent();
            form.maxSteps = task.settings().maxSteps().orElse(own ? -1 : steps);
            rounds.add(new TaskRound(number, task, form.build()));
            form.modelNameOrPath = form.outputDir;
        }
        return rounds;
    }

    /** Whether another round has another selection. */
    private static boolean draws(TrainingArgumentsBuilder form) {
        boolean byStrategy = form.method == Method.HFT && form.selection == null && form.train.isEmpty();
        return byStrategy && (form.hftStrategy == null || form.hftStrategy.random());
    }

    private static double epochs(Choices choices, int task, double otherwise) {
        var epochs = choices.epochs;
        return epochs.isEmpty() ? otherwise : epochs.get(epochs.size() == 1 ? 0 : task);
    }
}
