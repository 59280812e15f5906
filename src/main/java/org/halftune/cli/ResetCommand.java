package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.console.Terminal;
import org.halftune.hft.Freeze;
import org.halftune.hft.HalfReset;
import org.halftune.hft.SelectionTable;
import org.halftune.pretrained.OutputFolder;
import org.halftune.reset.ModelPair;
import org.halftune.reset.ResetFolder;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.TrainingInputs;
import org.jspecify.annotations.Nullable;

/** {@code halftune reset}: puts a part of a tuned model back to its base. */
final class ResetCommand implements Command {
    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private @Nullable Path base;
    private @Nullable Path tuned;
    private boolean inverse;

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
                Example:
                  halftune reset --base llama --tuned out --output_dir half --hft_ratio 0.5
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
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
                        Flag.longInteger("seed", form.seed, v -> form.seed = v, "random seed of the selection")));
    }

    @Override
    public int run(Terminal terminal) {
        var output = Required.path(form.outputDir, "output_dir", "name a folder for the resulting model");
        try (var models = ModelPair.open(
                Required.path(base, "base", "name the model before the tuning"),
                Required.path(tuned, "tuned", "name the model after the tuning"))) {
            var reset = reset(models);
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
        return 0;
    }

    private HalfReset reset(ModelPair models) {
        var selecting = form.selecting();
        var freeze = new Freeze(selecting.freezeEmbeddings(), selecting.freezeLmHead(), selecting.freezeFinalNorm());
        return HalfReset.of(TrainingInputs.selection(selecting, models.config()), freeze, inverse);
    }

    /** {@code 12 of 21 tensors, 45.0 % of the parameters}. */
    private static String share(HalfReset reset) {
        var count = reset.reset().count();
        return Amounts.exact(count.matricesTrainable()) + " of "
                + Amounts.counted(count.matrices(), "tensor") + ", " + Amounts.percent(count.share())
                + " of the parameters" + (reset.inverse() ? " (--inverse)" : "");
    }
}
