package org.halftune.eval;

import java.nio.file.Path;
import java.util.List;
import org.halftune.data.MaxLength;

/** Evaluation options with all defaults. */
public final class DefaultEvalOptions {
    private DefaultEvalOptions() {}

    public static EvalOptions of(Path model, List<Path> files) {
        return new EvalOptions(
                model,
                files,
                EvalEncoding.ofLength(MaxLength.DEFAULT),
                Metric.AUTO,
                AnswerForm.DEFAULT,
                EvalOptions.DEFAULT_BATCH_SIZE,
                0,
                null);
    }
}
