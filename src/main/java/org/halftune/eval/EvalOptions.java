package org.halftune.eval;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.data.MaxLength;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * What {@code halftune eval} is asked to do.
 *
 * @param model a model folder
 * @param files rows, or {@code .txt}; at least one
 * @param chatTemplate {@code --chat_template}: a file, or one of the model's templates by name; empty: the model's own
 * @param maxLength tokens of a row or window that perplexity looks at
 * @param batchSize questions answered at once
 * @param limit rows of each file; 0 for all
 * @param outputDir where {@code eval.json} goes; null for nowhere
 */
public record EvalOptions(
        Path model,
        List<Path> files,
        Optional<String> chatTemplate,
        Metric metric,
        AnswerForm form,
        MaxLength maxLength,
        int batchSize,
        int limit,
        @Nullable Path outputDir) {

    public static final int DEFAULT_BATCH_SIZE = 32;

    public EvalOptions {
        files = List.copyOf(files);
        if (files.isEmpty()) throw new InputError("no file to evaluate", "--eval_file", "give at least one");
        if (batchSize < 1) throw new InputError("batch_size is " + batchSize, "--batch_size", "give at least 1");
        if (limit < 0) throw new InputError("limit is " + limit, "--limit", "give 0 for all rows, or how many");
    }

    /** Everything at its default. */
    public static EvalOptions of(Path model, List<Path> files) {
        return new EvalOptions(
                model,
                files,
                Optional.empty(),
                Metric.AUTO,
                AnswerForm.DEFAULT,
                MaxLength.DEFAULT,
                DEFAULT_BATCH_SIZE,
                0,
                null);
    }
}
