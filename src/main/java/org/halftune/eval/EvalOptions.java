package org.halftune.eval;

import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * What {@code halftune eval} is asked to do.
 *
 * @param model a model folder
 * @param files rows, folders of them, or {@code .txt}; at least one
 * @param reading how rows become tokens
 * @param batchSize questions answered at once
 * @param limit rows of each file; 0 for all
 * @param outputDir where {@code eval.json} goes; null for nowhere
 */
public record EvalOptions(
        Path model,
        List<Path> files,
        Reading reading,
        Metric metric,
        AnswerForm form,
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
}
