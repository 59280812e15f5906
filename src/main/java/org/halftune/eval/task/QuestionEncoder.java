package org.halftune.eval.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.data.EndOfTurn;
import org.halftune.data.Tokenizer;
import org.halftune.problem.InputError;

/** Tokenizes the questions of a task as lm-evaluation-harness does, with BOS where the tokenizer adds it. */
final class QuestionEncoder {
    private final TaskPrompt form;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;

    QuestionEncoder(TaskPrompt form, Tokenizer tokenizer, ChatTemplate template) {
        this.form = form;
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** The prompt as the model reads it. */
    String rendered(TaskQuestion question) {
        if (!form.chat()) return question.prompt();
        var turns = new ArrayList<Message>();
        form.system().ifPresent(text -> turns.add(Message.of("system", text)));
        turns.add(Message.of("user", question.prompt()));
        return template.render(Conversation.of(turns), true).text();
    }

    /** @throws InputError if the prompt is empty */
    EncodedQuestion encode(int index, TaskQuestion question) {
        String text = rendered(question);
        return switch (question) {
            case TaskQuestion.Open _ -> new EncodedQuestion(index, checked(ids(text), question), List.of());
            case TaskQuestion.Choices choices -> {
                // White space at the end of a prompt belongs to the answer's first token.
                String prompt = text.stripTrailing();
                String between = text.substring(prompt.length()) + choices.delimiter();
                int[] promptIds = checked(ids(prompt), question);
                yield new EncodedQuestion(
                        index,
                        promptIds,
                        choices.choices().stream()
                                .map(choice -> continuation(prompt, promptIds.length, between + choice))
                                .toList());
            }
        };
    }

    private int[] continuation(String prompt, int promptLength, String answer) {
        int[] whole = ids(prompt + answer);
        // At least one token, even if the joined text has no more tokens than the prompt alone.
        return Arrays.copyOfRange(whole, Math.min(promptLength, whole.length - 1), whole.length);
    }

    private int[] ids(String text) {
        return tokenizer.promptIds(text, !form.chat() || !template.writesSpecialTokens());
    }

    private static int[] checked(int[] ids, TaskQuestion question) {
        if (ids.length > 0) return ids;
        throw new InputError("the prompt is empty", question.place().toString(), "correct the row, or doc_to_text");
    }

    /** The ids that end an answer. */
    Set<Integer> stopIds() {
        var ids = new TreeSet<>(tokenizer.special().stopIds());
        if (form.chat()) EndOfTurn.of(template, tokenizer).ifPresent(ids::add);
        return ids;
    }
}
