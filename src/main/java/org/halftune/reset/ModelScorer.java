package org.halftune.reset;

import java.util.List;
import java.util.Map;
import org.halftune.eval.task.NamedScore;
import org.halftune.model.Parameters;

/** Scores models in memory, all on the same questions. */
public interface ModelScorer extends AutoCloseable {

    /**
     * The scores on one file or task.
     *
     * @param of its name
     */
    record Scores(String of, List<NamedScore> figures) {
        public Scores {
            figures = List.copyOf(figures);
        }
    }

    /** A digest of all that determines the scores besides the model. */
    String fingerprint();

    /** Flags that choose the questions, and their values: they explain why two fingerprints differ. */
    default Map<String, String> flags() {
        return Map.of();
    }

    /** Scores a model on every file or task. */
    List<Scores> score(Parameters model);

    @Override
    default void close() {}
}
