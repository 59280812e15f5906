package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.compare.CompareOptions;
import org.halftune.compare.CompareRun;
import org.halftune.console.Terminal;
import org.halftune.data.MaxLength;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.ConsoleTable;
import org.halftune.train.TrainingArgumentsBuilder;
import org.jspecify.annotations.Nullable;

/** {@code halftune compare}: trains FFT and HFT from one base on the same task and sets them side by side. */
final class CompareCommand implements Command {
    /** Of the bundled model, which is small and takes large steps well; any other model starts from TRL's default. */
    private static final double BUNDLED_LEARNING_RATE = 1e-3;

    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private final MachineFlags machine = new MachineFlags();
    private @Nullable String task;
    private @Nullable Double learningRate;
    private @Nullable Path knowledgeFile;
    private @Nullable Path heldOutFile;

    CompareCommand() {
        form.perDeviceTrainBatchSize = 16;
        form.maxSteps = 200;
        form.maxLength = new MaxLength(256, false);
        form.outputDir = Path.of("comparison");
    }

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String summary() {
        return "train FFT and HFT from one base, side by side: time, memory, new task, old knowledge";
    }

    @Override
    public String notes() {
        return """
                Without flags it compares on the bundled model and one of its tasks. Example with your own:
                  halftune compare --model_name_or_path llama --train_file train.jsonl --eval_file test.jsonl --max_steps 100
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
                                v -> form.modelNameOrPath = v,
                                "the base model [the bundled one]"),
                        Flag.text(
                                "task",
                                "NAME",
                                Bundled.DEFAULT_TASK,
                                v -> task = v,
                                "one of the bundled tasks: " + String.join(", ", Bundled.TASKS)),
                        training.trainFile(),
                        training.evalFile(),
                        Flag.path(
                                "knowledge_file",
                                "FILE",
                                v -> knowledgeFile = v,
                                "questions of old knowledge, to see what is forgotten"),
                        Flag.path(
                                "heldout_file",
                                "FILE",
                                v -> heldOutFile = v,
                                "text that the base should still find likely"),
                        training.maxLength(),
                        training.outputDir("for comparison.json and report.html [comparison]")),
                FlagGroup.of(
                        "Half fine-tuning",
                        training.strategy(),
                        training.ratio(),
                        training.drawSeed(),
                        training.round(),
                        training.freezeEmbeddings(),
                        training.freezeLmHead(),
                        training.freezeFinalNorm(),
                        training.selectionFile()),
                training.batching(),
                training.optimizing(Flag.real(
                        "learning_rate",
                        null,
                        v -> learningRate = v,
                        "peak learning rate [2e-5; the bundled model " + BUNDLED_LEARNING_RATE + "]")),
                FlagGroup.of(
                        "Machine",
                        training.seed(),
                        training.evalBatchSize(),
                        training.disableTqdm(),
                        machine.device(),
                        machine.dtype(),
                        training.threads()));
    }

    @Override
    public int run(Terminal terminal) {
        var options = options();
        var output = options.training().saving().outputFolder();
        var files = new ComparisonFiles(output);
        files.check();
        var comparison = compare(options, terminal);
        files.write(comparison);
        terminal.out().println();
        terminal.out().print(ConsoleTable.render(comparison));
        terminal.out().println();
        terminal.out().println("report    " + files.report());
        terminal.out().println("figures   " + files.figures());
        return 0;
    }

    private Comparison compare(CompareOptions options, Terminal terminal) {
        var running = options.training().running();
        try (var console = new CompareConsole(terminal, !running.quiet());
                var backend = machine.open(running.threads().orElse(0), console::notice)) {
            console.notice(
                    "comparing full and half fine-tuning on " + options.taskName() + ", " + backend.description());
            return new CompareRun(options, backend, console).run();
        }
    }

    /** The bundled model and task where nothing else was named. */
    private CompareOptions options() {
        boolean bundledModel = form.modelNameOrPath == null;
        boolean bundledTask = form.trainFiles.isEmpty();
        if (!bundledModel && bundledTask && task == null) {
            throw new InputError(
                    "--train_file is missing",
                    "",
                    "name the rows to learn; --eval_file, --knowledge_file and --heldout_file say what to score");
        }
        if (!bundledTask && task != null) {
            throw new InputError("--task and --train_file exclude each other", "", "leave one of them out");
        }
        var name = "rows of your own";
        if (bundledModel) form.modelNameOrPath = Bundled.model();
        if (bundledTask) {
            name = Bundled.task(task == null ? Bundled.DEFAULT_TASK : task);
            form.trainFiles = List.of(Bundled.trainFile(name));
            if (form.evalFile == null) form.evalFile = Bundled.testFile(name);
        }
        if (bundledModel && knowledgeFile == null) knowledgeFile = Bundled.knowledgeFile();
        if (bundledModel && heldOutFile == null) heldOutFile = Bundled.heldOutFile();
        if (learningRate != null) form.learningRate = learningRate;
        else if (bundledModel) form.learningRate = BUNDLED_LEARNING_RATE;
        return new CompareOptions(
                bundledTask ? "the task " + name : name,
                form.build(),
                Optional.ofNullable(knowledgeFile),
                Optional.ofNullable(heldOutFile));
    }
}
