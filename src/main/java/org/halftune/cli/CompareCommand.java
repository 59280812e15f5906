package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.halftune.compare.CompareOptions;
import org.halftune.compare.CompareRun;
import org.halftune.console.Terminal;
import org.halftune.data.MaxLength;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.ConsoleTable;
import org.halftune.report.Figures;
import org.halftune.report.study.StudyResult;
import org.halftune.study.Design;
import org.halftune.study.Machine;
import org.halftune.train.Interrupts;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.memory.MemoryBudget;
import org.jspecify.annotations.Nullable;

/** {@code halftune compare}: trains FFT and HFT from the same base on the same task and compares them. */
final class CompareCommand implements Command {
    /** For the bundled model, which is small and trains well at high rates. Three rates take three minutes on two cores. */
    private static final List<Double> BUNDLED_RATES = List.of(2e-4, 4e-4, 8e-4);

    /** For any other model: half of TRL's default, the default, and twice the default. */
    private static final List<Double> RATES = List.of(1e-5, 2e-5, 4e-5);

    /** Questions answered at the same time, unless the user says otherwise. */
    private static final int EVAL_BATCH = 32;

    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private final MachineFlags machine = new MachineFlags();
    private @Nullable String task;
    private List<Double> learningRates = List.of();
    private @Nullable Path knowledgeFile;
    private @Nullable Path heldOutFile;
    private boolean saveModels;
    private @Nullable MemoryBudget memory;
    private List<String> methodWords = List.of();
    private List<Double> seeds = List.of();

    CompareCommand() {
        form.perDeviceTrainBatchSize = 16;
        form.maxSteps = 200;
        form.maxLength = new MaxLength(256, false);
        form.outputDir = Path.of("comparison");
        form.perDeviceEvalBatchSize = EVAL_BATCH;
    }

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String summary() {
        return "train with FFT and with HFT, and compare time, memory, the new task and old knowledge";
    }

    @Override
    public String notes() {
        return """
                Without flags, compare uses the bundled model and one of its tasks; this takes about three minutes on two cores.
                Each learning rate costs --max_steps steps of both methods. A single rate is faster, but at one rate the two
                methods may learn different amounts. Rows of --eval_file are scored by loss, and by exact match if at least half
                of the answers have at most 32 tokens. Examples with your own files:
                  halftune compare --model_name_or_path llama --train_file train.jsonl --eval_file test.jsonl --max_steps 100
                  halftune compare --model_name_or_path llama --train_file train.jsonl --max_steps 10 --memory 24GiB
                With more than two methods, or several seeds, the output is the table of a study: means, intervals and tests. Each
                finished training is kept in cells.jsonl, and the same command continues after an interruption:
                  halftune compare --task island --method fft hft hft:upper --seeds 1,2,3
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
                                "base model [the bundled one]"),
                        Flag.text(
                                "task",
                                "NAME",
                                Bundled.DEFAULT_TASK,
                                v -> task = v,
                                "bundled task: " + String.join(", ", Bundled.TASKS)),
                        training.trainFile(),
                        Flag.path("eval_file", "FILE", v -> form.evalFiles = List.of(v), "test rows of the new task"),
                        Flag.path(
                                "knowledge_file",
                                "FILE",
                                v -> knowledgeFile = v,
                                "questions that the base model can answer, to measure forgetting"),
                        Flag.path(
                                "heldout_file",
                                "FILE",
                                v -> heldOutFile = v,
                                "text like the base model's training text, to measure perplexity"),
                        training.maxLength(),
                        training.truncationMode(),
                        training.packing(),
                        training.completionOnlyLoss(),
                        training.assistantOnlyLoss(),
                        training.chatTemplate(),
                        training.outputDir("folder for comparison.json and report.html [comparison]"),
                        Flag.toggle(
                                "save_models",
                                v -> saveModels = v,
                                "save both trained models in --output_dir, as fft and hft; with several learning rates those"
                                        + " of the rate that the table shows in detail"),
                        training.saveDtype(),
                        training.saveRounding()),
                FlagGroup.of(
                        "Methods",
                        Flag.texts(
                                "method",
                                "METHOD",
                                v -> methodWords = v,
                                "what to compare: fft, hft, and hft:STRATEGY or hft:STRATEGY:RATIO, such as hft:upper and"
                                        + " hft:category:0.25; the first is the one that others are compared with [fft hft]"),
                        Flag.reals(
                                "seeds",
                                v -> seeds = v,
                                "train every method with each of these seeds, for means and intervals [--seed]")),
                new SelectionFlags(form).groupOfHalf(),
                training.batching(),
                training.optimizing(Flag.reals(
                        "learning_rate",
                        v -> learningRates = v,
                        "peak learning rates; both methods train at each of them [" + words(BUNDLED_RATES)
                                + "; for your own model " + words(RATES) + "; without --eval_file "
                                + Figures.learningRate(form.learningRate)
                                + " alone, for the bundled model on your rows 4e-4]")),
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
                                "also time both methods at equal memory: each alone on the device, with the least"
                                        + " recomputation and the largest batches that fit. 24GiB, or auto: the device's"
                                        + " memory less 2 %. The GPU driver's own memory is not included"),
                        training.threads()));
    }

    @Override
    public int run(Terminal terminal) {
        var methods = MethodWord.parse(methodWords);
        if (new ComparedSeveral(methods, seeds).isStudy()) return study(methods, terminal);
        if (!seeds.isEmpty())
            form.seed = new ComparedSeveral(methods, seeds).seeds(form.seed).getFirst();
        methods.stream()
                .filter(method -> method.method() == Method.HFT)
                .forEach(method -> method.writeTo(form, MethodWord.Given.of(form)));
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

    /** Several methods or seeds: cells of a study, with its tables. */
    private int study(List<MethodWord> methods, Terminal terminal) {
        if (saveModels || memory != null) {
            throw new InputError(
                    (saveModels ? "--save_models" : "--memory") + " has no effect with several methods or seeds",
                    "",
                    "leave it out, or compare fft and hft with one seed");
        }
        if (form.perDeviceEvalBatchSize != EVAL_BATCH) {
            throw new InputError(
                    "--per_device_eval_batch_size has no effect with several methods or seeds",
                    "",
                    "leave it out: studies answer a fixed number of questions at the same time");
        }
        var given = MethodWord.Given.of(form);
        MethodWord.FFT.writeTo(form, given); // the options that all methods share
        var options = options();
        var design = new ComparedSeveral(methods, seeds).design(form, given, options);
        var output = options.training().saving().outputFolder();
        var files = new StudyFiles(output);
        files.check();
        var result = result(design, output, terminal);
        if (result.isEmpty()) return Interrupts.EXIT_CODE;
        files.write(result.get(), terminal);
        return 0;
    }

    private Optional<StudyResult> result(Design design, Path output, Terminal terminal) {
        int threads = form.threads == null ? 1 : form.threads;
        try (var console = new StudyConsole(terminal, !form.disableTqdm)) {
            console.notice(design.title());
            var devices = StudyCommand.devices(machine, threads, console.beforeWork());
            var on = new Machine(devices, threads, OptionalInt.empty());
            return new StudyLaunch(design, output, console).run(on);
        }
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

    /** Uses the bundled model and task unless others were named. */
    private CompareOptions options() {
        boolean bundledModel = form.modelNameOrPath == null;
        boolean bundledTask = form.trainFiles.isEmpty();
        if (!bundledModel && bundledTask && task == null) {
            throw new InputError(
                    "--train_file is missing",
                    "",
                    "name the training rows; --eval_file, --knowledge_file and --heldout_file name what to score");
        }
        if (!saveModels && (form.saveDtype != null || form.saveRounding != null)) {
            throw new InputError(
                    (form.saveDtype != null ? "--save_dtype" : "--save_rounding")
                            + " has no effect without --save_models: nothing is saved",
                    "",
                    "leave it out, or add --save_models");
        }
        if (!bundledTask && task != null) {
            throw new InputError("--task and --train_file cannot be combined", "", "leave one of them out");
        }
        var name = "your own rows";
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

    /** The given rates or the defaults, ascending. */
    private List<Double> rates(boolean bundledModel) {
        boolean learningIsScored = !form.evalFiles.isEmpty(); // otherwise rates cannot be ranked
        var rates = learningRates;
        if (rates.isEmpty() && learningIsScored) rates = bundledModel ? BUNDLED_RATES : RATES;
        if (rates.isEmpty()) rates = List.of(bundledModel ? BUNDLED_RATES.get(1) : form.learningRate);
        var sorted = rates.stream().sorted().distinct().toList();
        if (sorted.size() < rates.size()) {
            throw Flag.refused("learning_rate", words(rates), "give each learning rate only once");
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
