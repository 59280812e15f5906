package org.halftune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.halftune.console.Table;
import org.halftune.eval.task.AskedTask;
import org.halftune.eval.task.ReadyTasks;
import org.halftune.eval.task.Task;
import org.halftune.eval.task.TaskFile;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** The flags of {@code halftune eval} that name tasks. */
final class TaskFlags {
    private static final String LIST = "list";

    private List<String> words = List.of();
    private int shots = -1;
    private @Nullable Path examples;
    private boolean chat;
    private boolean samples;
    /** Flags given that only --eval_file uses. */
    private final Set<String> ofFiles = new LinkedHashSet<>();
    /** Flags given that only --task uses. */
    private final Set<String> ofTasks = new LinkedHashSet<>();

    FlagGroup group() {
        var flags = new ArrayList<>(asking());
        flags.add(Flag.toggle(
                        "log_samples",
                        v -> samples = v,
                        "write the outcome of each question to samples_TASK.jsonl in the output folder")
                .noting(ofTasks));
        return new FlagGroup("Tasks", flags);
    }

    /** The flags that say what is asked. */
    List<Flag> asking() {
        return List.of(
                Flag.texts(
                                "task",
                                "NAME=PATH",
                                v -> words = v,
                                "task files (.yaml) or names of ready tasks, each with its rows: a file or folder, unless the"
                                        + " task file names them; halftune eval --task list shows the ready tasks")
                        .alias("tasks"),
                Flag.integer(
                                "num_fewshot",
                                null,
                                v -> shots = checked(v),
                                "number of examples before each question; default: the task's")
                        .noting(ofTasks),
                Flag.path("fewshot_data", "FILE", v -> examples = v, "rows of the examples; the first are used")
                        .noting(ofTasks),
                Flag.toggle(
                                "apply_chat_template",
                                v -> chat = v,
                                "ask each question as a message of the model's chat template")
                        .noting(ofTasks));
    }

    private static int checked(int count) {
        if (count >= 0) return count;
        throw Flag.refused("num_fewshot", String.valueOf(count), "give 0 or more");
    }

    /** The flag, which has no effect with --task. */
    Flag ofFiles(Flag flag) {
        return flag.noting(ofFiles);
    }

    boolean given() {
        return !words.isEmpty();
    }

    boolean asksForList() {
        return words.equals(List.of(LIST));
    }

    boolean logSamples() {
        return samples;
    }

    /** @throws InputError if a flag of tasks is given without one */
    void requireNone() {
        for (String name : ofTasks)
            throw new InputError("--" + name + " has no effect without --task", "", "leave it out, or name a task");
    }

    /** @throws InputError if a task does not exist or is not valid, or a flag has no effect */
    List<AskedTask> asked() {
        for (String name : ofFiles)
            throw new InputError("--" + name + " has no effect with --task", "", "leave it out: the task file says it");
        if (examples != null && shots < 0)
            throw new InputError("--fewshot_data has no effect without --num_fewshot", "", "add --num_fewshot");
        return words.stream().map(this::asked).toList();
    }

    private AskedTask asked(String word) {
        int equals = word.indexOf('=');
        if (equals < 0 || Files.exists(Path.of(word)))
            return new AskedTask(changed(TaskFile.open(word)), Optional.empty());
        return new AskedTask(
                changed(TaskFile.open(word.substring(0, equals))),
                Optional.of(Flag.pathOf("task", word.substring(equals + 1))));
    }

    private Task changed(Task task) {
        var shown = shots < 0 ? task : task.withExamples(shots, Optional.ofNullable(examples));
        return chat ? shown.asChat() : shown;
    }

    /** The ready tasks as a table. */
    static String list(int columns) {
        var table = Table.of("task", "main score", "what");
        for (var task : ReadyTasks.all()) table.row(task.name(), task.mainMetric(), task.summary());
        return table.render(columns);
    }
}
