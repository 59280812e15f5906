package org.halftune.continual;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.halftune.data.RowReader;
import org.halftune.problem.InputError;

/**
 * A task of a sequence.
 *
 * @param name unique in the sequence
 * @param trainFile rows to train on
 * @param testFile rows to score on
 * @param metric how answers are scored; empty: TRACE's metric for a task of TRACE, otherwise exact match
 * @param settings settings that replace the run's
 */
public record ContinualTask(
        String name, Path trainFile, Path testFile, Optional<String> metric, TaskSettings settings) {

    /** A task with the settings of the run. */
    public static ContinualTask of(String name, Path trainFile, Path testFile) {
        return new ContinualTask(name, trainFile, testFile, Optional.empty(), TaskSettings.NONE);
    }

    /** Whether its rows are preference pairs, which only {@code halftune dpo} trains on. */
    boolean hasPairs() {
        return RowReader.beginsWithPair(trainFile) || RowReader.beginsWithPair(testFile);
    }

    /** The error for a task with preference pairs that was named. */
    InputError pairsRefused() {
        return new InputError(
                "the task " + name + " has preference pairs, which continual does not train on",
                trainFile.toString(),
                "leave the task out; to train on pairs, use halftune dpo, or halftune study with stage: dpo");
    }

    /** The folder of the round that learns this task, {@code 03-moods}. */
    String folder(int round) {
        return String.format(Locale.ROOT, "%02d-%s", round, name.replaceAll("[^\\w.+-]+", "-"));
    }
}
