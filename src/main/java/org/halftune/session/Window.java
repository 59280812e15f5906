package org.halftune.session;

import java.util.List;
import org.halftune.model.Batch;

/**
 * The batches of one optimizer step.
 *
 * @param taught those with a labelled token; the others teach nothing and are left out
 * @param tokens of all batches
 * @param labelled labelled tokens of all batches
 */
public record Window(List<Batch> taught, long tokens, long labelled) {

    public static Window of(List<Batch> batches) {
        return new Window(
                batches.stream().filter(batch -> batch.labelledCount() > 0).toList(),
                batches.stream().mapToLong(Batch::tokenCount).sum(),
                batches.stream().mapToLong(Batch::labelledCount).sum());
    }

    /** What the loss of each token is multiplied by, so that the sum is the mean over the window. */
    double scale() {
        return 1.0 / labelled;
    }
}
