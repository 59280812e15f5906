package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Terminal;
import org.halftune.eval.AnswerForm;
import org.halftune.eval.EvalEncoding;
import org.halftune.eval.EvalOptions;
import org.halftune.eval.EvalRun;
import org.halftune.eval.EvaluationResult;
import org.halftune.eval.Metric;
import org.halftune.eval.task.TaskOptions;
import org.halftune.eval.task.TaskResult;
import org.halftune.eval.task.TaskRun;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.jspecify.annotations.Nullable;

/** {@code halftune eval}: scores of a model on tasks, or perplexity and exact match on files of rows. */
final class EvalCommand implements Command {
    private @Nullable Path model;
    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private Metric metric = Metric.AUTO;
    private boolean firstLine = AnswerForm.DEFAULT.firstLine();
    private boolean ignoreCase = AnswerForm.DEFAULT.ignoreCase();
    private int batchSize = EvalOptions.DEFAULT_BATCH_SIZE;
    private int limit;
    private @Nullable Path outputDir;
    private final TaskFlags tasks = new TaskFlags();
    private boolean plain;
    private final MachineFlags machine = new MachineFlags();
    private int threads;

    @Override
    public String name() {
        return "eval";
    }

    @Override
    public String summary() {
        return "score a model on tasks, or measure perplexity and exact match";
    }

    @Override
    public String positional() {
        return "model_name_or_path";
    }

    @Override
    public String notes() {
        return """
                A task is a YAML file that says how rows become questions and how answers are scored, with the keys of
                lm-evaluation-harness; ready ones have names: halftune eval --task list.
                With --eval_file, perplexity is measured on the completion of rows that have one, on all tokens of other rows,
                and on windows of a .txt file.
                Examples:
                  halftune eval out --task mmlu=data/mmlu/test gsm8k=gsm8k/test.jsonl --output_dir scores
                  halftune eval out --task my_task.yaml --log_samples --output_dir scores
                  halftune eval out --eval_file test.jsonl --metric exact_match
                  halftune eval out --eval_file heldout.txt questions.jsonl --output_dir scores
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path(
                                "model_name_or_path",
                                "FOLDER",
                                v -> model = v,
                                "Llama model folder in Hugging Face format"),
                        Flag.paths(
                                "eval_file",
                                "FILE",
                                v -> form.evalFiles = v,
                                "rows (JSON, JSONL, CSV or Parquet), folders of them, or text (.txt); also compressed"),
                        tasks.ofFiles(Flag.word(
                                "metric",
                                Metric.class,
                                metric,
                                v -> metric = v,
                                "what to measure; exact_match compares the model's answers with the completions")),
                        Flag.integer(
                                "limit",
                                limit,
                                v -> limit = v,
                                "use only the first N rows of each file or task; 0: all"),
                        Flag.path(
                                "output_dir",
                                "FOLDER",
                                v -> outputDir = v,
                                "write eval.json to this folder; with --task, the same command continues after a kill")),
                tasks.group(),
                FlagGroup.of(
                        "Exact match of --eval_file",
                        tasks.ofFiles(Flag.toggle(
                                "first_line",
                                v -> firstLine = v,
                                "compare only the first line of an answer if the expected answer has one line [true]")),
                        tasks.ofFiles(Flag.toggle("ignore_case", v -> ignoreCase = v, "ignore upper and lower case"))),
                FlagGroup.of(
                        "Rows of --eval_file, as in halftune train",
                        tasks.ofFiles(training.maxLength()),
                        tasks.ofFiles(training.truncationMode()),
                        tasks.ofFiles(training.completionOnlyLoss()),
                        tasks.ofFiles(training.assistantOnlyLoss()),
                        training.chatTemplate()),
                FlagGroup.of(
                        "Machine",
                        Flag.integer(
                                        "batch_size",
                                        batchSize,
                                        v -> batchSize = v,
                                        "number of questions answered at the same time")
                                .alias("per_device_eval_batch_size"),
                        Flag.toggle("disable_tqdm", v -> plain = v, "no progress bar"),
                        machine.device(),
                        machine.dtype(),
                        MachineFlags.threads(v -> threads = v)));
    }

    @Override
    public int run(Terminal terminal) {
        if (tasks.asksForList()) {
            terminal.out().print(TaskFlags.list(terminal.columns()));
            return 0;
        }
        var folder = Required.path(model, "model_name_or_path", "name a model folder");
        if (tasks.given()) return scoreTasks(folder, terminal);
        tasks.requireNone();
        if (form.evalFiles.isEmpty())
            throw new InputError("--task or --eval_file is missing", "", "name a task or a file of rows");
        var options = new EvalOptions(
                folder,
                form.evalFiles,
                new EvalEncoding(
                        Optional.ofNullable(form.chatTemplate),
                        form.maxLength,
                        form.truncationMode,
                        Optional.ofNullable(form.completionOnlyLoss),
                        form.assistantOnlyLoss),
                metric,
                new AnswerForm(firstLine, ignoreCase),
                batchSize,
                limit,
                outputDir);
        var result = score(options, terminal);
        terminal.out().print(result.render(terminal.columns()));
        if (outputDir != null) terminal.out().println("\nwrote " + outputDir.resolve(EvaluationResult.FILE_NAME));
        return 0;
    }

    private int scoreTasks(Path folder, Terminal terminal) {
        if (!form.evalFiles.isEmpty())
            throw new InputError("--task and --eval_file cannot be combined", "", "evaluate them one after another");
        var options = new TaskOptions(
                folder,
                tasks.asked(),
                Optional.ofNullable(form.chatTemplate),
                batchSize,
                limit,
                tasks.logSamples(),
                outputDir);
        var notices = new Notices(terminal);
        try (var backend = machine.open(threads, notices::add);
                var progress = new EvalConsole(terminal, notices, !plain)) {
            terminal.out().print(TaskRun.run(backend, options, progress).render(terminal.columns()));
        }
        if (outputDir != null) terminal.out().println("\nwrote " + outputDir.resolve(TaskResult.FILE_NAME));
        return 0;
    }

    private EvaluationResult score(EvalOptions options, Terminal terminal) {
        var notices = new Notices(terminal);
        try (var backend = machine.open(threads, notices::add);
                var progress = new EvalConsole(terminal, notices, !plain)) {
            return EvalRun.run(backend, options, progress);
        }
    }
}
