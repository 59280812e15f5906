package org.halftune.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.halftune.console.Terminal;
import org.halftune.continual.ContinualOptions;
import org.halftune.continual.ContinualOutcome;
import org.halftune.continual.ContinualRun;
import org.halftune.continual.TaskSequence;
import org.halftune.train.Interrupts;
import org.halftune.train.StopSignal;
import org.halftune.train.arguments.NoEffect;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** {@code halftune continual}: learns a sequence of tasks, and scores all of them after each. */
final class ContinualCommand implements Command {
    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private final ContinualFlags continual = new ContinualFlags();
    private final MachineFlags machine = new MachineFlags();
    private Supplier<String> recipe = () -> "";
    private boolean printConfig;

    ContinualCommand() {
        form.perDeviceEvalBatchSize = 32;
    }

    @Override
    public String name() {
        return "continual";
    }

    @Override
    public String summary() {
        return "learn a sequence of tasks, and measure what is forgotten: OP, BWT and all scores";
    }

    @Override
    public String notes() {
        return """
                Each task is a training of its own, from the model before, with another selection (the round's number) and a new
                optimizer. After each round the tasks are scored. Examples:
                  halftune continual --model_name_or_path models/world-4m --tasks models/tasks --learning_rate 4e-4 --output_dir out
                  halftune continual --model_name_or_path llama --tasks LLM-CL-Benchmark_500 --continual_method replay --output_dir out
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
                continual.group(),
                FlagGroup.of(
                        "Model and rows",
                        Flag.path(
                                "model_name_or_path",
                                "FOLDER",
                                v -> form.modelNameOrPath = v,
                                "Llama model folder in Hugging Face format: the model before the first round"),
                        Flag.integer(
                                "max_samples",
                                null,
                                v -> form.maxSamples = v,
                                "use only the first N rows of each task"),
                        training.maxLength(),
                        training.truncationMode(),
                        training.packing(),
                        training.completionOnlyLoss(),
                        training.assistantOnlyLoss(),
                        training.chatTemplate()),
                results(training),
                continual.scoring(training.evalBatchSize()),
                without(new SelectionFlags(form).group(), Set.of("hft_round")),
                replaced(training.batching(), continual.epochs(form.numTrainEpochs)),
                training.optimizing(),
                logging(training),
                training.machine(machine),
                EffectiveRecipe.group(v -> printConfig = v));
    }

    /** What {@code train} has, without what would make a round impossible to continue; dtype and rounding are the last model's. */
    private FlagGroup results(TrainingFlags training) {
        var group = without(training.saving(), Set.of("save_only_model", "resume_from_checkpoint", "output_dir"));
        var flags = new ArrayList<Flag>();
        flags.add(training.outputDir("folder for the scores, and a folder for each round"));
        flags.addAll(group.flags());
        flags.add(Flag.toggle(
                "resume_from_checkpoint",
                v -> form.resumeFromCheckpoint = v ? new Resume.Newest() : new Resume.Afresh(),
                "continue the run in --output_dir, between rounds and inside a round"));
        flags.add(continual.keepModels());
        return new FlagGroup(group.heading(), flags);
    }

    private static FlagGroup logging(TrainingFlags training) {
        var all = training.evaluating();
        return new FlagGroup(
                "Logging",
                all.flags().stream()
                        .filter(flag -> !flag.name().startsWith("eval_")
                                && !flag.name().equals("per_device_eval_batch_size")
                                && !flag.name().equals("logging_dir"))
                        .toList());
    }

    private static FlagGroup without(FlagGroup group, Set<String> names) {
        return new FlagGroup(
                group.heading(),
                group.flags().stream()
                        .filter(flag -> !names.contains(flag.name()))
                        .toList());
    }

    private static FlagGroup replaced(FlagGroup group, Flag by) {
        return new FlagGroup(
                group.heading(),
                group.flags().stream()
                        .map(flag -> flag.name().equals(by.name()) ? by : flag)
                        .toList());
    }

    @Override
    public void told(Supplier<String> recipe) {
        this.recipe = recipe;
    }

    @Override
    public Map<String, NoEffect> withoutEffect() {
        var flags = new LinkedHashMap<>(form.withoutEffect());
        flags.putAll(continual.withoutEffect());
        return flags;
    }

    @Override
    public int run(Terminal terminal) {
        if (printConfig) {
            terminal.out().print(recipe.get());
            return 0;
        }
        var tasks = Required.path(continual.tasks, "tasks", "name a folder of task folders, or a YAML file");
        var sequence = TaskSequence.read(tasks, continual.order);
        var options = ContinualOptions.of(form, sequence, continual.choices(), recipe.get());
        var stop = new StopSignal();
        try (var console = new ContinualConsole(terminal, !form.disableTqdm);
                var backend = machine.open(form.threads == null ? 0 : form.threads, console::notice);
                var _ = Interrupts.to(
                        stop,
                        () -> console.notice("stopping after this step or score; interrupt again to stop immediately"),
                        console::endAtOnce)) {
            sequence.notices().forEach(console::notice);
            var outcome = new ContinualRun(options, backend, console, stop).run();
            return switch (outcome) {
                case ContinualOutcome.Finished finished -> {
                    console.finished(finished, options);
                    yield 0;
                }
                case ContinualOutcome.Stopped stopped -> {
                    console.stopped(stopped);
                    yield Interrupts.EXIT_CODE;
                }
            };
        }
    }
}
