package org.halftune.study;

import java.nio.file.Path;
import java.util.List;

/**
 * What is scored after learning a task. Each is a file of rows, or a task of {@code halftune eval}: a ready one by name, or a task file
 * (YAML), with {@code =PATH} for its rows.
 *
 * @param pairs whether files of rows in {@code test} are of preference pairs
 * @param test of the new task
 * @param knowledge what the base model can answer; may be empty
 * @param heldOut text for the perplexity; may be empty
 * @param limit use only the first rows of each; 0: all
 */
public record StudyTask(
        String name, boolean pairs, List<String> test, List<String> knowledge, List<String> heldOut, int limit) {
    public StudyTask {
        test = List.copyOf(test);
        knowledge = List.copyOf(knowledge);
        heldOut = List.copyOf(heldOut);
    }

    /** Of files of rows. */
    public static StudyTask ofFiles(String name, List<Path> test, List<Path> knowledge, List<Path> heldOut) {
        return new StudyTask(name, false, words(test), words(knowledge), words(heldOut), 0);
    }

    private static List<String> words(List<Path> files) {
        return files.stream().map(Path::toString).toList();
    }
}
