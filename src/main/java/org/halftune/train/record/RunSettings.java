package org.halftune.train.record;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.report.Figures;
import org.halftune.report.TrainingReport.Setting;
import org.halftune.report.TrainingReport.SettingsSection;
import org.halftune.train.arguments.DataSourceNames;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.Intervals;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.Rows;

/** A run's main settings for its report, by flag. The recipe has all of them. */
final class RunSettings {
    private RunSettings() {}

    static List<SettingsSection> of(RunHeader header) {
        var arguments = header.plan().arguments();
        var stage = new ArrayList<Setting>();
        header.stage().settings().forEach((flag, value) -> stage.add(new Setting(flag.replaceFirst("^--", ""), value)));
        return List.of(
                new SettingsSection("Model and data", data(header)),
                new SettingsSection("Training", training(header, arguments, stage)),
                new SettingsSection("Half fine-tuning", half(header, arguments.selecting())),
                new SettingsSection("Evaluation and results", results(arguments)));
    }

    private static List<Setting> data(RunHeader header) {
        var plan = header.plan();
        var data = plan.arguments().data();
        return List.of(
                new Setting("model_name_or_path", header.model().toString()),
                new Setting("training data", String.join(", ", DataSourceNames.training(data))),
                new Setting("training rows", plan.rows().counted()),
                new Setting("tokens in all steps", Figures.count(plan.totalTokens())),
                new Setting("packing", Boolean.toString(data.packing())),
                new Setting("evaluation data", String.join(", ", DataSourceNames.evaluation(data, Path::toString))),
                new Setting(
                        "evaluation rows", plan.evalRows().map(Rows::counted).orElse("")),
                new Setting("device", header.device()));
    }

    private static List<Setting> training(RunHeader header, TrainingArguments arguments, List<Setting> stage) {
        var optimizing = arguments.optimizing();
        var batching = arguments.batching();
        int total = header.plan().totalSteps();
        var settings = new ArrayList<>(List.of(
                new Setting("method", header.selection().method()),
                new Setting("learning_rate", Figures.learningRate(optimizing.learningRate())),
                new Setting(
                        "lr_scheduler_type", EnumNames.of(arguments.scheduling().curve())),
                new Setting(
                        "warmup_steps", Integer.toString(arguments.scheduling().warmupSteps(total))),
                new Setting("steps", Integer.toString(total)),
                new Setting("epochs", Figures.decimals(header.plan().epochAfter(total), 2)),
                new Setting("per_device_train_batch_size", Integer.toString(batching.trainBatchSize())),
                new Setting("gradient_accumulation_steps", Integer.toString(batching.accumulationSteps())),
                new Setting("weight_decay", Figures.setting(optimizing.weightDecay())),
                new Setting("max_grad_norm", Figures.setting(optimizing.maxGradNorm())),
                new Setting("seed", Long.toString(arguments.running().seed()))));
        settings.addAll(stage);
        return settings;
    }

    private static List<Setting> half(RunHeader header, Selecting selecting) {
        if (header.selection().method().equals("fft"))
            return List.of(new Setting("method fft", "all matrices are trained"));
        if (selecting.file().isPresent()) {
            return List.of(new Setting("selection", selecting.file().get().toString()));
        }
        if (!selecting.patterns().isEmpty()) {
            return List.of(new Setting("train", String.join(", ", selecting.patterns())));
        }
        var settings = new ArrayList<Setting>();
        settings.add(new Setting("hft_strategy", EnumNames.of(selecting.strategy())));
        settings.add(new Setting("hft_ratio", selecting.ratios().text()));
        selecting.importance().ifPresent(importance -> {
            settings.add(new Setting("importance_file", importance.file().toString()));
            settings.add(new Setting("importance_samples", Integer.toString(importance.samples())));
        });
        if (selecting.strategy() != HftStrategy.UPPER) {
            settings.add(new Setting("hft_seed", Long.toString(selecting.seed())));
            settings.add(new Setting("hft_round", Integer.toString(selecting.round())));
            settings.add(new Setting("freeze_embeddings", Boolean.toString(selecting.freezeEmbeddings())));
        }
        settings.add(new Setting("freeze_lm_head", Boolean.toString(selecting.freezeLmHead())));
        settings.add(new Setting("freeze_final_norm", Boolean.toString(selecting.freezeFinalNorm())));
        return settings;
    }

    private static List<Setting> results(TrainingArguments arguments) {
        var evaluating = arguments.evaluating();
        var bestModel = evaluating.bestModel();
        var saving = arguments.saving();
        return List.of(
                new Setting("eval_strategy", when(evaluating.strategy(), evaluating.steps())),
                new Setting("load_best_model_at_end", Boolean.toString(bestModel.loadBest())),
                new Setting(
                        "early_stopping_patience",
                        bestModel.patience().isPresent()
                                ? Integer.toString(bestModel.patience().getAsInt())
                                : ""),
                new Setting("save_strategy", when(saving.strategy(), saving.steps())),
                new Setting("output_dir", saving.outputFolder().toString()));
    }

    private static String when(TrainingArguments.When when, double steps) {
        if (when != TrainingArguments.When.STEPS) return EnumNames.of(when);
        return Intervals.words(steps);
    }
}
