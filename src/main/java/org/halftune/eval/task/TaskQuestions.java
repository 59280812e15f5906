package org.halftune.eval.task;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.halftune.chat.ChatTemplate;

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

    /**
     * Adds to a digest all that determines the scores besides the model and its chat template: what is asked, which answers
     * are right, and what is measured. Of a perplexity task, the contents of its file.
     */
    public void addTo(MessageDigest digest) {
        switch (task.kind()) {
            case TaskKind.MultipleChoice choice -> add(digest, choice.mainMetric());
            case TaskKind.Generation kind -> {
                kind.until().forEach(text -> add(digest, text));
                add(digest, kind.maxNewTokens() + " " + kind.answerPattern() + kind.metrics());
            }
            case TaskKind.Perplexity kind -> {
                add(digest, kind.maxLength() + " " + limit);
                FileDigest.add(digest, data);
            }
        }
        add(digest, task.prompt().chat() + " " + task.prompt().system());
        for (var question : questions) {
            add(digest, question.prompt());
            switch (question) {
                case TaskQuestion.Choices choices -> {
                    add(digest, choices.delimiter() + choices.right());
                    choices.choices().forEach(text -> add(digest, text));
                }
                case TaskQuestion.Open open -> {
                    add(digest, open.source());
                    open.expected().forEach(text -> add(digest, text));
                }
            }
        }
    }

    /** The same with the chat template, where it changes the scores: prompts are messages, or rows of perplexity may be. */
    public void addTo(MessageDigest digest, ChatTemplate template) {
        addTo(digest);
        if (task.prompt().chat() || task.kind() instanceof TaskKind.Perplexity) add(digest, template.source());
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
