package org.halftune.eval;

import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@code halftune eval}.
 *
 * @param model a model folder
 * @param files data files, folders of them, or {@code .txt} files; at least one
 * @param encoding how rows are encoded
 * @param batchSize number of questions answered together
 * @param limit maximum number of rows of each file; 0 for all
 * @param outputDir folder for {@code eval.json}; null for none
 */
public record EvalOptions(
        Path model,
        List<Path> files,
        EvalEncoding encoding,
        Metric metric,
        AnswerForm form,
        int batchSize,
        int limit,
        @Nullable Path outputDir) {

    public static final int DEFAULT_BATCH_SIZE = 32;

    public EvalOptions {
        files = List.copyOf(files);
        if (files.isEmpty())
            throw new InputError("there is no file to evaluate", "--eval_file", "name at least one file");
        if (batchSize < 1)
            throw new InputError(
                    "batch_size " + batchSize + " is out of range", "--batch_size", "set it to at least 1");
        if (limit < 0)
            throw new InputError(
                    "limit " + limit + " is out of range", "--limit", "set it to a number of rows, or 0 for all");
    }
}
