package org.halftune.eval.task;

import org.halftune.backend.Backend;
import org.halftune.chat.ChatTemplate;
import org.halftune.data.Tokenizer;
import org.halftune.eval.EvalListener;
import org.halftune.model.Parameters;

/**
 * Scores a model in memory on tasks. Holds no device memory between calls.
 *
 * <p>During training, pass separate parameters, made from the same weights with an empty trainable set: they use no
 * memory, and no activations are kept.
 */
public final class TaskScorer {
    private final Backend backend;
    private final Parameters parameters;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final int batchSize;
    private final EvalListener listener;

    /**
     * @param template used by tasks with {@code apply_chat_template}
     * @param batchSize the most questions answered at the same time
     * @param listener receives progress
     */
    public TaskScorer(
            Backend backend,
            Parameters parameters,
            Tokenizer tokenizer,
            ChatTemplate template,
            int batchSize,
            EvalListener listener) {
        this.backend = backend;
        this.parameters = parameters;
        this.tokenizer = tokenizer;
        this.template = template;
        this.batchSize = batchSize;
        this.listener = listener;
    }

    /**
     * Scores the questions.
     *
     * @throws org.halftune.problem.InputError if no question fits the model's positions
     */
    public TaskScore score(TaskQuestions questions) {
        throw new UnsupportedOperationException("to follow in the next commit");
    }
}
