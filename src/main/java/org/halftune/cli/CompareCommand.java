package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.compare.CompareOptions;
import org.halftune.compare.CompareRun;
import org.halftune.console.Terminal;
import org.halftune.data.MaxLength;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.ConsoleTable;
import org.halftune.report.Figures;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.memory.MemoryBudget;
import org.jspecify.annotations.Nullable;

/** {@code halftune compare}: trains FFT and HFT from one base on the same task and sets them side by side. */
final class CompareCommand implements Command {
    /** Of the bundled model, which is small and takes large steps well: as many as three minutes on two cores allow. */
    private static final List<Double> BUNDLED_RATES = List.of(2e-4, 4e-4, 8e-4);

    /** Of any other model: TRL's default, its half and its double. */
    private static final List<Double> RATES = List.of(1e-5, 2e-5, 4e-5);

    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private final MachineFlags machine = new MachineFlags();
    private @Nullable String task;
    private List<Double> learningRates = List.of();
    private @Nullable Path knowledgeFile;
    private @Nullable Path heldOutFile;
    private boolean saveModels;
    private @Nullable MemoryBudget memory;

    CompareCommand() {
        form.perDeviceTrainBatchSize = 16;
        form.maxSteps = 200;
        form.maxLength = new MaxLength(256, false);
        form.outputDir = Path.of("comparison");
        form.perDeviceEvalBatchSize = 32;
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
                Without flags it compares on the bundled model and one of its tasks, which takes about three minutes on two
                cores. Each learning rate costs --max_steps steps of both methods; one alone is quicker but compares different
                amounts of learning. Rows of --eval_file are scored by their loss, and by exact match if half of their answers
                have at most 32 tokens. Example with your own:
                  halftune compare --model_name_or_path llama --train_file train.jsonl --eval_file test.jsonl --max_steps 100
                  halftune compare --model_name_or_path llama --train_file train.jsonl --max_steps 10 --memory 24GiB
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
                        Flag.path(
                                "eval_file",
                                "FILE",
                                v -> form.evalFiles = List.of(v),
                                "test rows of the task that is learned"),
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
                        training.truncationMode(),
                        training.packing(),
                        training.completionOnlyLoss(),
                        training.assistantOnlyLoss(),
                        training.chatTemplate(),
                        training.outputDir("for comparison.json and report.html [comparison]"),
                        Flag.toggle(
                                "save_models",
                                v -> saveModels = v,
                                "keep both trained models, in fft and hft of that folder; of several learning rates those of"
                                        + " the one that the table shows in detail"),
                        training.saveDtype(),
                        training.saveRounding()),
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
                training.optimizing(Flag.reals(
                        "learning_rate",
                        v -> learningRates = v,
                        "peak learning rates: both methods train at each, one after another [" + words(BUNDLED_RATES)
                                + "; a model of your own " + words(RATES) + ", or "
                                + Figures.learningRate(form.learningRate) + " alone without --eval_file]")),
                FlagGroup.of(
                        "Machine",
                        training.seed(),
                        training.evalBatchSize(),
                        training.disableTqdm(),
                        machine.device(),
                        machine.dtype(),
                        Flag.text(
                                "memory",
                                "AMOUNT|auto",
                                "",
                                v -> memory = MemoryBudget.parse(v),
                                "time both at equal memory too, each alone in the largest batches and with the least"
                                        + " recomputation that fit: 24GiB, or auto for what the device has, less a"
                                        + " fiftieth; a GPU driver's own memory comes on top"),
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
        terminal.out().print(ConsoleTable.render(comparison, terminal.columns()));
        terminal.out().println();
        terminal.out().println("report    " + files.report());
        terminal.out().println("figures   " + files.figures());
        if (saveModels && comparison.hasSameStep()) {
            var rates = comparison.rates();
            terminal.out()
                    .println("models    " + output.resolve("fft") + ", " + output.resolve("hft")
                            + (rates.several() ? ", of learning rate " + Figures.learningRate(rates.shown()) : ""));
        }
        return 0;
    }

    private Comparison compare(CompareOptions options, Terminal terminal) {
        var running = options.training().running();
        try (var console = new CompareConsole(terminal, !running.quiet());
                var backend = machine.open(running.threads().orElse(0), console.beforeWork()::add)) {
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
        if (!saveModels && (form.saveDtype != null || form.saveRounding != null)) {
            throw new InputError(
                    (form.saveDtype != null ? "--save_dtype" : "--save_rounding")
                            + " has no effect without --save_models: nothing is saved",
                    "",
                    "leave it out, or give --save_models");
        }
        if (!bundledTask && task != null) {
            throw new InputError("--task and --train_file exclude each other", "", "leave one of them out");
        }
        var name = "rows of your own";
        if (bundledModel) form.modelNameOrPath = Bundled.model();
        if (bundledTask) {
            name = Bundled.task(task == null ? Bundled.DEFAULT_TASK : task);
            form.trainFiles = List.of(Bundled.trainFile(name));
            if (form.evalFiles.isEmpty()) form.evalFiles = List.of(Bundled.testFile(name));
        }
        if (bundledModel && knowledgeFile == null) knowledgeFile = Bundled.knowledgeFile();
        if (bundledModel && heldOutFile == null) heldOutFile = Bundled.heldOutFile();
        return new CompareOptions(
                bundledTask ? "the task " + name : name,
                rates(bundledModel).stream().map(this::training).toList(),
                Optional.ofNullable(knowledgeFile),
                Optional.ofNullable(heldOutFile),
                saveModels,
                Optional.ofNullable(memory));
    }

    /** What was asked for, or the defaults; ascending. */
    private List<Double> rates(boolean bundledModel) {
        boolean learningIsScored = !form.evalFiles.isEmpty(); // else no rate can be told from another
        var rates = learningRates;
        if (rates.isEmpty() && learningIsScored) rates = bundledModel ? BUNDLED_RATES : RATES;
        if (rates.isEmpty()) rates = List.of(bundledModel ? BUNDLED_RATES.get(1) : form.learningRate);
        var sorted = rates.stream().sorted().distinct().toList();
        if (sorted.size() < rates.size()) {
            throw Flag.refused("learning_rate", words(rates), "name each learning rate once");
        }
        return sorted;
    }

    private TrainingArguments training(double rate) {
        form.learningRate = rate;
        return form.build();
    }

    private static String words(List<Double> rates) {
        return rates.stream().map(Figures::learningRate).collect(Collectors.joining(","));
    }
}
