package org.halftune.eval.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A task as its file says. Names of keys in the file are those of lm-evaluation-harness where it has them.
 *
 * @param name {@code task}: unique in an evaluation
 * @param summary {@code summary}: one line for lists of tasks
 * @param origin the file, or the name of a ready task, for messages
 * @param data {@code data}: rows that the file itself names; empty if they are given with the command
 * @param split {@code test_split}: of a folder that has a file of this name, {@code test.json}, only that file is read
 * @param columns {@code columns}: names of the columns of a CSV file without a header; empty: files have one
 * @param prompt how a row becomes a prompt
 * @param kind what is asked and measured
 */
public record Task(
        String name,
        String summary,
        String origin,
        Optional<Path> data,
        Optional<String> split,
        List<String> columns,
        TaskPrompt prompt,
        TaskKind kind) {
    public Task {
        columns = List.copyOf(columns);
    }

    /** The name of the score that stands for the task. */
    public String mainMetric() {
        return kind.mainMetric();
    }

    /** The same task under another name. */
    public Task named(String other) {
        return new Task(other, summary, origin, data, split, columns, prompt, kind);
    }

    /** The same task with examples before each question. */
    public Task withExamples(int shots, Optional<Path> file) {
        return new Task(name, summary, origin, data, split, columns, prompt.withExamples(shots, file), kind);
    }

    /** The same task with each prompt as a message of the model's chat template. */
    public Task asChat() {
        return new Task(name, summary, origin, data, split, columns, prompt.asChat(), kind);
    }

    /** The same task with other rows. */
    public Task on(Path rows) {
        return new Task(name, summary, origin, Optional.of(rows), split, columns, prompt, kind);
    }
}
