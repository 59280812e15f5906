package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.console.Terminal;
import org.halftune.hft.Freeze;
import org.halftune.hft.HalfReset;
import org.halftune.hft.Ratios;
import org.halftune.hft.SelectionTable;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;
import org.halftune.reset.ModelPair;
import org.halftune.reset.ResetFolder;
import org.halftune.reset.ResetSweep;
import org.halftune.train.Interrupts;
import org.halftune.train.StopSignal;
import org.halftune.train.arguments.NoEffect;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.TrainingInputs;
import org.jspecify.annotations.Nullable;

/** {@code halftune reset}: puts a part of a tuned model back to its base. */
final class ResetCommand implements Command {
    private static final String GOES_ON = "To continue, repeat the command";

    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private @Nullable Path base;
    private @Nullable Path tuned;
    private boolean inverse;
    private final SweepFlags sweep = new SweepFlags(form);

    @Override
    public String name() {
        return "reset";
    }

    @Override
    public String summary() {
        return "put half of a tuned model back to its base (half-reset)";
    }

    @Override
    public String notes() {
        return """
                The drawn share of the layers goes back to the base. Embeddings, head and final norm keep their tuned values unless
                a freeze flag names them. --inverse resets what train with the same flags would have left frozen.
                A sweep continues after a kill if the command is repeated. Examples:
                  halftune reset --base llama --tuned out --output_dir half --hft_ratio 0.5
                  halftune reset --base llama --tuned out --output_dir sweep --ratios 0.1,0.5,0.9 --eval_file new.jsonl old.jsonl
                  halftune reset --base llama --tuned out --output_dir sweep --ratios 0.5 --task mmlu=data/mmlu/test
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        var groups = new ArrayList<FlagGroup>(List.of(
                FlagGroup.of(
                        "What",
                        Flag.path("base", "FOLDER", v -> base = v, "the model before the tuning"),
                        Flag.path("tuned", "FOLDER", v -> tuned = v, "the model after it; gives config and tokenizer"),
                        training.outputDir("folder for the resulting model"),
                        Flag.word(
                                "save_dtype",
                                SaveType.class,
                                null,
                                v -> form.saveDtype = v,
                                "dtype of the saved weights [as in the tuned model's files]")),
                new SelectionFlags(form)
                        .groupOfReset(Flag.toggle(
                                "inverse",
                                v -> inverse = v,
                                "reset everything else: the drawn share of the layers stays tuned")),
                FlagGroup.of(
                        "Seed",
                        Flag.longInteger("seed", form.seed, v -> form.seed = v, "random seed of the selection"))));
        groups.addAll(2, sweep.groups());
        return groups;
    }

    @Override
    public Map<String, NoEffect> withoutEffect() {
        return sweep.withoutEffect();
    }

    @Override
    public int run(Terminal terminal) {
        var output = Required.path(form.outputDir, "output_dir", "name a folder for the result");
        try (var models = ModelPair.open(
                Required.path(base, "base", "name the model before the tuning"),
                Required.path(tuned, "tuned", "name the model after the tuning"))) {
            if (sweep.asked()) return sweep(models, output, terminal);
            write(models, output, terminal);
            return 0;
        }
    }

    private void write(ModelPair models, Path output, Terminal terminal) {
        var reset = reset(models, inverse);
        var folder = new ResetFolder(
                models, reset, Optional.ofNullable(form.saveDtype).map(SaveType::dtype));
        OutputFolder.check(output, folder.bytes());
        var out = terminal.out();
        models.notices().forEach(out::println);
        out.println("base      " + models.base().path());
        out.println("tuned     " + models.tuned().path());
        out.println("resets    " + share(reset));
        out.println("saves     " + folder.types() + ", " + Amounts.bytes(folder.bytes()));
        out.println("\nwhat goes back to the base:\n");
        out.print(SelectionTable.of(reset.reset()));
        out.flush();
        folder.write(output);
        out.println("\nwrote " + output);
    }

    /** Returns the exit code. */
    private int sweep(ModelPair models, Path output, Terminal terminal) {
        OutputFolder.checkWritable(output);
        var resets = new ArrayList<HalfReset>();
        for (double ratio : sweep.ratios()) {
            form.hftRatio = Ratios.all(ratio);
            form.hftRatioByCategory = false;
            resets.add(reset(models, false));
            if (inverse) resets.add(reset(models, true));
        }
        var notices = new Notices(terminal);
        var stop = new StopSignal();
        Optional<List<ResetSweep.Scored>> scored;
        try (var backend = sweep.open(notices::add);
                var console = new EvalConsole(terminal, notices, !form.disableTqdm);
                var scorer = sweep.scorer(backend, models.tuned(), console);
                var _ = Interrupts.to(
                        stop,
                        () -> terminal.err()
                                .println("stopping after this model; interrupt again to stop immediately. " + GOES_ON),
                        Runtime.getRuntime()::halt)) {
            models.notices().forEach(notices::add);
            var run = new ResetSweep(backend, models, scorer, output);
            scored = run.run(
                    resets,
                    model -> {
                        notices.begin();
                        terminal.err().println("scoring " + model);
                    },
                    stop::requested);
            notices.begin();
        }
        var file = output.resolve(ResetFolder.FILE);
        if (scored.isEmpty()) {
            terminal.err().println("stopped; finished models are in " + file + ". " + GOES_ON);
            return Interrupts.EXIT_CODE;
        }
        terminal.out().print(SweepTable.render(scored.get(), terminal.columns()));
        terminal.out().println("\nwrote " + file);
        return 0;
    }

    private HalfReset reset(ModelPair models, boolean inverted) {
        if (form.hftStrategy == HftStrategy.IMPORTANCE) {
            throw new InputError(
                    "--hft_strategy importance is not possible here: reset reads no source data",
                    "",
                    "write the selection with halftune select --hft_strategy importance --output_dir FOLDER, and give"
                            + " --selection FOLDER/selection.json");
        }
        var selecting = form.selecting();
        var freeze = new Freeze(selecting.freezeEmbeddings(), selecting.freezeLmHead(), selecting.freezeFinalNorm());
        return HalfReset.of(TrainingInputs.selection(selecting, models.config()), freeze, inverted);
    }

    /** {@code 12 of 21 tensors, 45.0 % of the parameters}. */
    private static String share(HalfReset reset) {
        var count = reset.reset().count();
        return Amounts.exact(count.matricesTrainable()) + " of "
                + Amounts.counted(count.matrices(), "tensor") + ", " + Amounts.percent(count.share())
                + " of the parameters" + (reset.inverse() ? " (--inverse)" : "");
    }
}
