package org.halftune.cli;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.halftune.backend.Backend;
import org.halftune.console.Amounts;
import org.halftune.eval.AnswerForm;
import org.halftune.eval.EvalEncoding;
import org.halftune.eval.EvalListener;
import org.halftune.eval.EvalOptions;
import org.halftune.eval.Metric;
import org.halftune.eval.task.TaskOptions;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.reset.FileScorer;
import org.halftune.reset.ModelScorer;
import org.halftune.reset.TasksScorer;
import org.halftune.train.arguments.NoEffect;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** The flags of a sweep of {@code halftune reset}: ratios, and what each model is scored on. */
final class SweepFlags {
    private final TrainingArgumentsBuilder form;
    private final TaskFlags tasks = new TaskFlags();
    private final MachineFlags machine = new MachineFlags();
    private final Set<String> given = new LinkedHashSet<>();
    private List<Double> ratios = List.of();
    private Metric metric = Metric.AUTO;
    private boolean firstLine = AnswerForm.DEFAULT.firstLine();
    private boolean ignoreCase = AnswerForm.DEFAULT.ignoreCase();
    private int batchSize = EvalOptions.DEFAULT_BATCH_SIZE;
    private int limit;
    private int threads;

    SweepFlags(TrainingArgumentsBuilder form) {
        this.form = form;
    }

    List<FlagGroup> groups() {
        var training = new TrainingFlags(form);
        return List.of(
                new FlagGroup(
                        "Sweep",
                        noted(
                                Flag.reals(
                                        "ratios",
                                        v -> ratios = v,
                                        "score the base, the tuned model and a reset of each ratio on --eval_file or --task; writes"
                                                + " reset.json to --output_dir, and no model. With --inverse, also the"
                                                + " inverse of each"),
                                Flag.paths(
                                        "eval_file",
                                        "FILE",
                                        v -> form.evalFiles = v,
                                        "rows (JSON, JSONL, CSV or Parquet), folders of them, or text (.txt)"),
                                Flag.integer(
                                        "limit",
                                        limit,
                                        v -> limit = v,
                                        "use only the first N rows of each file or task; 0: all"),
                                training.chatTemplate())),
                new FlagGroup("Tasks of a sweep", noted(tasks.asking().toArray(Flag[]::new))),
                new FlagGroup(
                        "Rows of --eval_file, for a sweep",
                        noted(Stream.of(
                                        Flag.word(
                                                "metric",
                                                Metric.class,
                                                metric,
                                                v -> metric = v,
                                                "what to measure; exact_match compares the model's answers with the"
                                                        + " completions"),
                                        Flag.toggle(
                                                "first_line",
                                                v -> firstLine = v,
                                                "compare only the first line of an answer if the expected answer has one"
                                                        + " line [true]"),
                                        Flag.toggle("ignore_case", v -> ignoreCase = v, "ignore upper and lower case"),
                                        training.maxLength(),
                                        training.truncationMode(),
                                        training.completionOnlyLoss(),
                                        training.assistantOnlyLoss())
                                .map(tasks::ofFiles)
                                .toArray(Flag[]::new))),
                new FlagGroup(
                        "Machine, for a sweep",
                        noted(
                                Flag.integer(
                                        "batch_size",
                                        batchSize,
                                        v -> batchSize = v,
                                        "number of questions answered at the same time"),
                                training.disableTqdm(),
                                machine.device(),
                                machine.dtype(),
                                MachineFlags.threads(v -> threads = v))));
    }

    /** The flags, which are remembered when they are given. */
    private List<Flag> noted(Flag... flags) {
        return Stream.of(flags).map(flag -> flag.noting(given)).toList();
    }

    boolean asked() {
        return given.contains("ratios");
    }

    /** Ratios in ascending order. */
    List<Double> ratios() {
        for (double ratio : ratios) {
            if (ratio > 0 && ratio <= 1) continue; // false for NaN
            throw new InputError(
                    "--ratios " + Amounts.number(ratio) + " is not a fraction",
                    "",
                    "give numbers above 0 and at most 1: 0.5 puts half of the layers' parameters back to the base, 1 all"
                            + " of them");
        }
        var sorted = ratios.stream().sorted().distinct().toList();
        if (sorted.size() < ratios.size()) {
            throw new InputError("--ratios names a ratio twice", "", "give each ratio once");
        }
        return sorted;
    }

    /** Given flags that only a sweep uses, or that a sweep does not use. */
    Map<String, NoEffect> withoutEffect() {
        Map<String, NoEffect> flags = new LinkedHashMap<>();
        if (!asked()) {
            for (String name : given) {
                flags.put(name, new NoEffect("without --ratios nothing is scored", "add --ratios"));
            }
            return flags;
        }
        var model = new NoEffect("a sweep (--ratios) writes no model", "leave --ratios out");
        if (form.saveDtype != null) flags.put("save_dtype", model);
        var ratio = new NoEffect("--ratios gives the ratios", "leave --ratios out");
        if (form.hftRatio != null) flags.put("hft_ratio", ratio);
        var selection = new NoEffect("--ratios makes a selection of each ratio", "leave --ratios out");
        if (form.selection != null) flags.put("selection", selection);
        if (!form.train.isEmpty()) flags.put("train", selection);
        return flags;
    }

    /**
     * Opens what the models are scored on.
     *
     * @param model gives tokenizer and chat template
     */
    ModelScorer scorer(Backend backend, PretrainedFolder model, EvalListener listener) {
        if (!tasks.given()) {
            tasks.requireNone();
            return FileScorer.open(backend, model, files(), listener);
        }
        if (!form.evalFiles.isEmpty())
            throw new InputError("--task and --eval_file cannot be combined", "", "make a sweep of each");
        var template = Optional.ofNullable(form.chatTemplate);
        var options = new TaskOptions(model.path(), tasks.asked(), template, batchSize, limit, false, null);
        return TasksScorer.open(backend, model, options, listener);
    }

    private FileScorer.Options files() {
        if (form.evalFiles.isEmpty()) {
            throw new InputError(
                    "--eval_file or --task is missing",
                    "",
                    "name rows or tasks to score the models on, or leave --ratios out");
        }
        Required.atLeast(1, batchSize, "batch_size");
        Required.atLeast(0, limit, "limit");
        var encoding = new EvalEncoding(
                Optional.ofNullable(form.chatTemplate),
                form.maxLength,
                form.truncationMode,
                Optional.ofNullable(form.completionOnlyLoss),
                form.assistantOnlyLoss);
        return new FileScorer.Options(
                form.evalFiles, encoding, metric, new AnswerForm(firstLine, ignoreCase), batchSize, limit);
    }

    Backend open(Consumer<String> notice) {
        return machine.open(threads, notice);
    }
}
