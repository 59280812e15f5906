package org.halftune.compare;

import java.util.List;
import java.util.Optional;
import org.halftune.backend.Backend;
import org.halftune.data.Tokenizer;
import org.halftune.eval.AnswerForm;
import org.halftune.eval.EvalRows;
import org.halftune.eval.Scorer;
import org.halftune.model.Parameters;

/**
 * What a model is asked before and after training.
 *
 * @param newTask test rows of the task that is learned
 * @param oldKnowledge questions of what the base knows
 * @param heldOut text like the base's own
 */
record Exams(
        Tokenizer tokenizer, Optional<EvalRows> newTask, Optional<EvalRows> oldKnowledge, Optional<EvalRows> heldOut) {
    /** Questions answered at once. */
    private static final int BATCH = 32;

    /** Shares of right answers and a perplexity; NaN where nothing was asked. */
    record Marks(double newTask, double oldKnowledge, double perplexity) {}

    Marks take(Backend backend, Parameters parameters) {
        var scorer = new Scorer(backend, parameters, tokenizer, BATCH, AnswerForm.DEFAULT);
        return new Marks(
                share(scorer, newTask),
                share(scorer, oldKnowledge),
                heldOut.filter(rows -> !rows.examples().isEmpty())
                        .map(rows -> scorer.perplexity(rows.examples()).perplexity())
                        .orElse(Double.NaN));
    }

    private static double share(Scorer scorer, Optional<EvalRows> rows) {
        if (questions(rows) == 0) return Double.NaN;
        return scorer.exactMatch(rows.map(EvalRows::questions).orElse(List.of()))
                .score();
    }

    static int questions(Optional<EvalRows> rows) {
        return rows.map(r -> r.questions().size()).orElse(0);
    }
}
