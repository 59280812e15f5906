package org.halftune.continual;

import java.util.List;
import java.util.Optional;
import org.halftune.train.record.TrainingListener;

/** Receives the events of a continual training. */
public interface ContinualListener {

    /** A line for the user. */
    default void notice(String line) {}

    /**
     * All inputs are checked; called before anything is computed.
     *
     * @param device the device's description
     * @param resumed what is done already, if the run continues
     */
    default void begins(
            ContinualOptions options, List<PreparedRound> rounds, String device, Optional<String> resumed) {}

    /** A round's training begins or continues; receives its events. */
    default TrainingListener round(TaskRound round, int rounds) {
        return TrainingListener.NONE;
    }

    /**
     * The model is being scored on a task.
     *
     * @param round 0: before the first round
     * @param done questions answered
     */
    default void scoring(int round, String task, long done, long total) {}

    /** All scores of a round are known. */
    default void scored(int round, ScoreMatrix scores, List<String> metrics) {}
}
