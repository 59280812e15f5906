package org.halftune.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.halftune.hft.Ratios;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** The flags that say which matrices are trained: the group "Half fine-tuning" of every command that trains. */
final class SelectionFlags {
    private static final String TITLE = "Half fine-tuning";

    private final TrainingArgumentsBuilder form;

    SelectionFlags(TrainingArgumentsBuilder form) {
        this.form = form;
    }

    /** With {@code --method}. */
    FlagGroup group() {
        var flags = new ArrayList<Flag>();
        flags.add(Flag.word(
                "method",
                Method.class,
                form.method,
                v -> form.method = v,
                "train half of the matrices (hft) or all of them (fft)"));
        flags.addAll(half());
        return new FlagGroup(TITLE, flags);
    }

    /** For a run of many steps. */
    FlagGroup groupOfRun() {
        var flags = new ArrayList<>(group().flags());
        flags.add(
                Flag.integer(
                        "hft_rotate_steps",
                        null,
                        v -> form.hftRotateSteps = v,
                        "after every N steps another selection learns, that of the next round; AdamW's moments begin anew [never]"));
        return new FlagGroup(TITLE, flags);
    }

    /** For a command that trains with both methods. */
    FlagGroup groupOfHalf() {
        return new FlagGroup(TITLE, half());
    }

    /** For half-reset, where the flags choose what goes back to the base. */
    FlagGroup groupOfReset(Flag inverse) {
        return new FlagGroup(
                "What goes back to the base",
                List.of(
                        strategy(
                                "which matrices to reset: drawn per category of each layer, whole layers, drawn from the whole"
                                        + " model, or the upper layers [category]"),
                        ratio("fraction to reset, above 0 and up to 1, or one for each of attention, feed_forward, norm"
                                + " [0.5]"),
                        inverse,
                        drawSeed(),
                        round(),
                        Flag.toggle("freeze_embeddings", v -> form.freezeEmbeddings = v, "also reset the embeddings"),
                        Flag.toggle("freeze_lm_head", v -> form.freezeLmHead = v, "also reset the output head"),
                        Flag.toggle("freeze_final_norm", v -> form.freezeFinalNorm = v, "also reset the final norm"),
                        Flag.texts(
                                "train",
                                "PATTERN",
                                v -> form.train = patterns(v),
                                "reset the parameters whose names match, instead of a strategy; as train --train"),
                        Flag.path(
                                "selection",
                                "FILE",
                                v -> form.selection = v,
                                "reset the parameters that this file lists, instead of a strategy; as train --selection")));
    }

    // None of these has a fallback: with --method fft or --selection they are errors, even with their default value. So
    // --print_config must not write them.
    private List<Flag> half() {
        return List.of(
                strategy(
                        "which matrices to train: drawn per category of each layer, whole layers, drawn from the whole model,"
                                + " the upper layers, or those that matter least to --importance_file [category]"),
                ratio("fraction to train, above 0 and up to 1, or one for each of attention, feed_forward, norm [0.5]"),
                drawSeed(),
                round(),
                Flag.toggle("freeze_embeddings", v -> form.freezeEmbeddings = v, "do not train the embeddings"),
                Flag.toggle("freeze_lm_head", v -> form.freezeLmHead = v, "do not train the output head"),
                Flag.toggle("freeze_final_norm", v -> form.freezeFinalNorm = v, "do not train the final norm"),
                Flag.path(
                        "importance_file",
                        "FILE",
                        v -> form.importanceFile = v,
                        "source data for --hft_strategy importance: rows like those that the model learned from"),
                Flag.integer(
                        "importance_samples",
                        null,
                        v -> form.importanceSamples = v,
                        "rows of --importance_file to use, sampled at random [128]"),
                Flag.texts(
                                "train",
                                "PATTERN",
                                v -> form.train = patterns(v),
                                "train the parameters whose names match, such as 'model.layers.[0-7].mlp.*' (regular"
                                        + " expressions for whole parts of a name), instead of a strategy")
                        .alias("unfrozen_parameters"),
                Flag.path(
                        "selection",
                        "FILE",
                        v -> form.selection = v,
                        "train the parameters that this file lists, instead of a strategy: a selection.json, or YAML with"
                                + " unfrozen_parameters, as Spectrum writes it"));
    }

    /** Splits at commas too, as lists of modules are written for PEFT, but not inside {@code {2,3}}. */
    private static List<String> patterns(List<String> values) {
        return values.stream()
                .flatMap(value -> Stream.of(value.split(",(?![^{]*})", -1)))
                .map(String::strip)
                .toList();
    }

    private Flag strategy(String meaning) {
        return Flag.word("hft_strategy", HftStrategy.class, null, v -> form.hftStrategy = v, meaning);
    }

    private Flag ratio(String meaning) {
        return Flag.text("hft_ratio", "X|CATEGORY=X,...", "", this::setRatio, meaning)
                .map();
    }

    private void setRatio(String text) {
        form.hftRatio = Ratios.parse(text);
        form.hftRatioByCategory = Ratios.namesCategories(text);
    }

    private Flag drawSeed() {
        return Flag.longInteger("hft_seed", null, v -> form.hftSeed = v, "seed of the random selection [--seed]");
    }

    private Flag round() {
        return Flag.integer(
                "hft_round", null, v -> form.hftRound = v, "round number; each round selects another half [0]");
    }
}
