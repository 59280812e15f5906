package org.halftune.continual;

import java.nio.file.Path;
import org.halftune.train.arguments.TrainingArguments;

/**
 * One training of a sequence.
 *
 * @param number from 1; also the number of the selection's round
 * @param arguments of the training: starts from the model of the round before, and exports float32, so that nothing is lost between
 *     rounds
 */
public record TaskRound(int number, ContinualTask task, TrainingArguments arguments) {

    /** The folder of this round's model. */
    Path folder() {
        return arguments.saving().outputFolder();
    }
}
