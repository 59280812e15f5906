package org.halftune.train;

import java.util.List;
import java.util.Map;
import org.halftune.model.Capacity;
import org.halftune.objective.Score;
import org.halftune.session.TrainingSession;
import org.halftune.train.input.RowBatches;
import org.halftune.train.input.Rows;
import org.halftune.train.record.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Evaluation loss: the sum over all labelled tokens (or pairs) divided by their number, independent of batches and row lengths. Rows
 * are read in order, in batches that fit the model's capacity.
 */
final class Evaluator {
    private final Rows rows;
    private final List<int[]> batches;

    Evaluator(Rows rows, int batchSize, Capacity capacity) {
        this.rows = rows;
        this.batches = RowBatches.of(rows, batchSize, capacity);
    }

    /**
     * @param loss mean of the objective's loss; 0 if there is no labelled token
     * @param figures means of its other figures
     */
    record Result(double loss, long tokens, int samples, Map<String, Double> figures) {}

    /** Returns null if it was stopped. */
    @Nullable
    Result evaluate(TrainingSession session, StopSignal stop, TrainingListener listener) {
        var score = Score.NONE;
        int done = 0;
        for (int[] batch : batches) {
            if (stop.requested()) return null;
            score = score.plus(session.score(rows.batch(batch)));
            done += batch.length;
            listener.evaluating(done, rows.size());
        }
        return new Result(score.meanLoss(), score.tokens(), rows.size(), score.means());
    }
}
