package org.halftune.study;

import java.nio.file.Path;
import java.util.List;

/**
 * What is scored after learning a task.
 *
 * @param test questions of the new task
 * @param knowledge files of questions that the base model can answer; may be empty
 * @param heldOut files of text for the perplexity; may be empty
 */
public record StudyTask(String name, List<Path> test, List<Path> knowledge, List<Path> heldOut) {
    public StudyTask {
        test = List.copyOf(test);
        knowledge = List.copyOf(knowledge);
        heldOut = List.copyOf(heldOut);
    }
}
