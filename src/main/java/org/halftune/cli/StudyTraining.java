package org.halftune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.halftune.continual.ContinualMethod;
import org.halftune.continual.ContinualOptions;
import org.halftune.continual.Scoring;
import org.halftune.continual.TaskSequence;
import org.halftune.data.MaxLength;
import org.halftune.problem.InputError;
import org.halftune.recipe.RecipeEntry;
import org.halftune.report.study.RateAndSteps;
import org.halftune.study.StudyFlags;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** The training flags of a study file, with the defaults of {@code compare}, and the bundled model and tasks. */
final class StudyTraining implements StudyFlags {
    /** Set for each cell, or (rotation) not part of a cell's training, so a study file cannot set them as flags. */
    private static final Set<String> OF_THE_CELL = Set.of(
            "learning_rate",
            "max_steps",
            "num_train_epochs",
            "seed",
            "threads",
            "train_file",
            "eval_file",
            "hft_rotate_steps");

    private final Path outputDir;

    /** @param outputDir of the study */
    StudyTraining(Path outputDir) {
        this.outputDir = outputDir;
    }

    private TrainingArgumentsBuilder form() {
        var form = new TrainingArgumentsBuilder();
        form.perDeviceTrainBatchSize = 16;
        form.perDeviceEvalBatchSize = 32;
        form.maxLength = new MaxLength(256, false);
        form.outputDir = outputDir;
        return form;
    }

    private static List<Flag> flags(TrainingArgumentsBuilder form) {
        var training = new TrainingFlags(form);
        var groups = List.of(
                FlagGroup.of(
                        "Rows",
                        training.maxLength(),
                        training.truncationMode(),
                        training.packing(),
                        training.completionOnlyLoss(),
                        training.assistantOnlyLoss(),
                        training.chatTemplate()),
                new SelectionFlags(form).group(),
                training.batching(),
                training.optimizing());
        return FlagGroup.all(groups).stream()
                .filter(flag -> !OF_THE_CELL.contains(flag.name()))
                .toList();
    }

    @Override
    public List<String> names() {
        var names = new ArrayList<String>();
        for (var flag : flags(form())) names.addAll(flag.words());
        return names;
    }

    /** The reference is the study's model, because that is what cells are scored against. */
    @Override
    public List<String> preferenceNames() {
        return new DpoFlags()
                .ofBase().stream().flatMap(flag -> flag.words().stream()).toList();
    }

    @Override
    public Preferring preferring(List<RecipeEntry> entries) {
        var preference = new DpoFlags();
        var flags = new Flags("dpo", preference.ofBase(), Set.of());
        flags.apply(Map.of(), entries);
        try {
            return preference.arguments();
        } catch (InputError e) {
            throw flags.located(e);
        }
    }

    @Override
    public TrainingArguments training(
            Path model, List<Path> trainFiles, List<RecipeEntry> entries, RateAndSteps setting, long seed) {
        var form = filled(model, entries, setting, seed);
        form.trainFiles = trainFiles;
        return form.build();
    }

    @Override
    public ContinualOptions sequence(
            Path model,
            TaskSequence tasks,
            ContinualMethod method,
            List<RecipeEntry> entries,
            RateAndSteps setting,
            long seed,
            Path folder) {
        var form = filled(model, entries, setting, seed);
        form.outputDir = folder;
        form.saveStrategy = When.NO;
        if (Files.exists(folder)) form.resumeFromCheckpoint = new Resume.Newest();
        var scoring = new Scoring(Scoring.Tasks.SEEN, OptionalInt.empty());
        var choices = new ContinualOptions.Choices(method, scoring, ContinualOptions.Keep.LAST, List.of());
        return ContinualOptions.of(form, tasks, choices, "");
    }

    private TrainingArgumentsBuilder filled(Path model, List<RecipeEntry> entries, RateAndSteps setting, long seed) {
        var form = form();
        new Flags("study", flags(form), Set.of()).apply(Map.of(), entries);
        form.modelNameOrPath = model;
        form.learningRate = setting.learningRate();
        form.maxSteps = setting.steps();
        form.seed = seed;
        return form;
    }

    @Override
    public Path bundledModel() {
        return Bundled.model();
    }

    @Override
    public Path bundledKnowledge() {
        return Bundled.knowledgeFile();
    }

    @Override
    public Path bundledHeldOut() {
        return Bundled.heldOutFile();
    }

    @Override
    public List<String> bundledTasks() {
        return Bundled.TASKS;
    }

    @Override
    public List<String> bundledPairTasks() {
        return Bundled.PAIR_TASKS;
    }

    @Override
    public Path bundledTrain(String task) {
        return Bundled.trainFile(task);
    }

    @Override
    public Path bundledTest(String task) {
        return Bundled.testFile(task);
    }
}
