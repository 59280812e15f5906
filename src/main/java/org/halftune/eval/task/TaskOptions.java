package org.halftune.eval.task;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@code halftune eval --task}.
 *
 * @param model a model folder
 * @param tasks at least one; names are unique
 * @param chatTemplate {@code --chat_template}
 * @param batchSize the most questions answered at the same time
 * @param limit the first rows of each task that are used; 0 for all
 * @param logSamples whether the outcome of each question is written
 * @param outputDir folder for {@code eval.json} and samples; null for none
 */
public record TaskOptions(
        Path model,
        List<AskedTask> tasks,
        Optional<String> chatTemplate,
        int batchSize,
        int limit,
        boolean logSamples,
        @Nullable Path outputDir) {
    public TaskOptions {
        tasks = List.copyOf(tasks);
        var names = new HashSet<String>();
        for (var asked : tasks) {
            if (names.add(asked.task().name())) continue;
            throw new InputError(
                    "two tasks have the name " + asked.task().name(),
                    asked.task().origin(),
                    "evaluate them one after another, or give one another name in a task file of your own");
        }
        if (batchSize < 1)
            throw new InputError(
                    "batch_size " + batchSize + " is out of range", "--batch_size", "set it to at least 1");
        if (limit < 0)
            throw new InputError(
                    "limit " + limit + " is out of range", "--limit", "set it to a number of rows, or 0 for all");
        if (logSamples && outputDir == null)
            throw new InputError("--log_samples needs a folder", "", "add --output_dir");
    }
}
