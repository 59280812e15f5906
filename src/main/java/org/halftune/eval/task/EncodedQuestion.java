package org.halftune.eval.task;

import java.util.List;

/**
 * A question as token ids.
 *
 * @param index of the question in the task
 * @param prompt [n] ids
 * @param choices the ids of each choice; empty for an open question
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EncodedQuestion(int index, int[] prompt, List<int[]> choices) {
    EncodedQuestion {
        choices = List.copyOf(choices);
    }

    /** Tokens of the prompt and its longest choice. */
    int length() {
        return prompt.length
                + choices.stream().mapToInt(choice -> choice.length).max().orElse(0);
    }
}
