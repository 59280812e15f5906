package org.halftune.eval.task;

import java.nio.file.Path;
import java.util.List;

/**
 * A task and its questions, read and checked.
 *
 * @param data the file or folder of the rows
 * @param limit the first rows that are used; 0 for all
 * @param questions in the order of the rows; empty for perplexity, whose rows the scorer tokenizes
 */
public record TaskQuestions(Task task, Path data, int limit, List<TaskQuestion> questions) {
    public TaskQuestions {
        questions = List.copyOf(questions);
    }
}
