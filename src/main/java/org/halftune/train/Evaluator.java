package org.halftune.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.halftune.model.Capacity;
import org.halftune.objective.Score;
import org.halftune.session.TrainingSession;
import org.halftune.train.input.Rows;
import org.halftune.train.record.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Evaluation loss: the sum over all labelled tokens (or pairs) divided by their number, independent of batches and row lengths. Rows are read in
 * order, in batches that fit the model's capacity.
 */
final class Evaluator {
    private final Rows rows;
    private final List<int[]> batches;

    Evaluator(Rows rows, int batchSize, Capacity capacity) {
        this.rows = rows;
        this.batches = batches(rows, batchSize, capacity);
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

    private static List<int[]> batches(Rows rows, int batchSize, Capacity capacity) {
        var batches = new ArrayList<int[]>();
        int from = 0;
        while (from < rows.size()) {
            int to = from;
            int tokens = 0;
            int sequences = 0;
            while (to < rows.size() && to - from < batchSize) {
                tokens += rows.tokens(to);
                sequences += rows.sequences(to);
                boolean fits = tokens <= capacity.tokens() && sequences <= capacity.sequences();
                if (!fits && to > from) break;
                to++;
            }
            var batch = new int[to - from];
            for (int i = 0; i < batch.length; i++) batch[i] = from + i;
            batches.add(batch);
            from = to;
        }
        return batches;
    }
}
