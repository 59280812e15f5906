package org.halftune.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.halftune.continual.ContinualMethod;
import org.halftune.continual.ContinualOptions.Choices;
import org.halftune.continual.ContinualOptions.Keep;
import org.halftune.continual.Scoring;
import org.halftune.optim.GradientConstraint;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.NoEffect;
import org.jspecify.annotations.Nullable;

/** The flags of {@code continual} that single trainings do not have. */
final class ContinualFlags {
    /** {@code --continual_method}. */
    enum Method {
        SEQFT,
        REPLAY,
        GEM
    }

    @Nullable
    Path tasks;

    List<String> order = List.of();
    private Method method = Method.SEQFT;
    private @Nullable Double replayMemory;
    private @Nullable Double replayShare;
    private @Nullable Double gemMemory;
    private @Nullable Integer gemBatch;
    private @Nullable Double gemStrength;
    private Scoring.Tasks evaluated = Scoring.Tasks.SEEN;
    private @Nullable Integer most;
    private Keep keep = Keep.ALL;
    private List<Double> epochs = List.of();

    FlagGroup group() {
        return FlagGroup.of(
                "Tasks",
                Flag.path(
                        "tasks",
                        "FOLDER|FILE",
                        v -> tasks = v,
                        "a folder with a folder for each task (train.jsonl, test.jsonl), such as TRACE's; or a YAML file"),
                Flag.texts(
                        "order",
                        "NAME",
                        values -> order = values.stream()
                                .flatMap(value -> Stream.of(value.split(",", -1)))
                                .map(String::strip)
                                .filter(name -> !name.isEmpty())
                                .toList(),
                        "tasks to learn, in this order [all; folders by name, TRACE's in its order]"),
                Flag.word(
                        "continual_method",
                        Method.class,
                        method,
                        v -> method = v,
                        "what a round does about earlier tasks: nothing (seqft), mix in their rows (replay), or project the gradient (gem)"),
                Flag.real(
                        "replay_memory",
                        null,
                        v -> replayMemory = v,
                        "rows to keep of each earlier task; below 1: a fraction of its rows [0.1, as TRACE]"),
                Flag.real(
                        "replay_share",
                        null,
                        v -> replayShare = v,
                        "fraction of a round's rows that are replayed [each kept row once an epoch]"),
                Flag.real(
                        "gem_memory",
                        null,
                        v -> gemMemory = v,
                        "rows to keep of each earlier task; below 1: a fraction of its rows [0.1]"),
                Flag.integer(
                        "gem_batch",
                        null,
                        v -> gemBatch = v,
                        "rows of each memory that a step reads [--per_device_train_batch_size]"),
                Flag.real(
                        "gem_strength",
                        null,
                        v -> gemStrength = v,
                        "how far a projected gradient goes towards the memories; 0: the projection alone [0.5]"));
    }

    FlagGroup scoring(Flag batch) {
        return FlagGroup.of(
                "Scores",
                Flag.word(
                        "eval_tasks",
                        Scoring.Tasks.class,
                        evaluated,
                        v -> evaluated = v,
                        "score the tasks learned so far, or all tasks after each round and before the first"),
                Flag.integer(
                        "max_eval_samples", null, v -> most = v, "score only the first N test rows of each task [all]"),
                batch);
    }

    Flag keepModels() {
        return Flag.word(
                "keep_models",
                Keep.class,
                keep,
                v -> keep = v,
                "keep the float32 model of each round, or of the last round only");
    }

    Flag epochs(double fallback) {
        return Flag.reals(
                "num_train_epochs",
                v -> epochs = v,
                "passes over the training rows of a task; one number, or one for each task [" + (long) fallback + "]");
    }

    Choices choices() {
        return new Choices(method(), new Scoring(evaluated, optional(most)), keep, epochs);
    }

    private ContinualMethod method() {
        return switch (method) {
            case SEQFT -> new ContinualMethod.SeqFt();
            case REPLAY ->
                new ContinualMethod.Replay(
                        replayMemory == null ? ContinualMethod.DEFAULT_MEMORY : replayMemory,
                        replayShare == null ? OptionalDouble.empty() : OptionalDouble.of(replayShare));
            case GEM ->
                new ContinualMethod.Gem(
                        gemMemory == null ? ContinualMethod.DEFAULT_MEMORY : gemMemory,
                        optional(gemBatch),
                        gemStrength == null ? GradientConstraint.EpisodicMemory.USUAL_STRENGTH : gemStrength);
        };
    }

    /** Given flags that have no effect. */
    Map<String, NoEffect> withoutEffect() {
        Map<String, NoEffect> flags = new LinkedHashMap<>();
        add(flags, Method.REPLAY, "replay_memory", replayMemory);
        add(flags, Method.REPLAY, "replay_share", replayShare);
        add(flags, Method.GEM, "gem_memory", gemMemory);
        add(flags, Method.GEM, "gem_batch", gemBatch);
        add(flags, Method.GEM, "gem_strength", gemStrength);
        return flags;
    }

    private void add(Map<String, NoEffect> flags, Method needed, String flag, @Nullable Object given) {
        if (given == null || method == needed) return;
        String word = EnumNames.of(needed);
        flags.put(flag, new NoEffect("--continual_method is not " + word, "add --continual_method " + word));
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
