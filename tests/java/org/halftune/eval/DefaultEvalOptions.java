package org.halftune.eval;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.data.MaxLength;
import org.halftune.data.Truncation;

/** Evaluation options with all defaults. */
public final class DefaultEvalOptions {
    private DefaultEvalOptions() {}

    public static EvalOptions of(Path model, List<Path> files) {
        return new EvalOptions(
                model,
                files,
                encoding(MaxLength.DEFAULT),
                Metric.AUTO,
                AnswerForm.DEFAULT,
                EvalOptions.DEFAULT_BATCH_SIZE,
                0,
                null);
    }

    /** All options but the length have their defaults. */
    static EvalEncoding encoding(MaxLength maxLength) {
        return new EvalEncoding(Optional.empty(), maxLength, Truncation.KEEP_START, Optional.empty(), false);
    }
}
