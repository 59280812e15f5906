package org.halftune.eval;

import java.util.List;
import org.halftune.backend.Backend;
import org.halftune.console.Amounts;
import org.halftune.data.Example;
import org.halftune.data.Question;
import org.halftune.data.Tokenizer;
import org.halftune.generate.Generator;
import org.halftune.model.Llama;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Scores a model that is in memory, as it is now. Holds no device memory between calls.
 *
 * <p>During training, give it parameters of its own, made from the same weights with an empty trainable set: they cost
 * nothing and no activations are kept.
 */
public final class Scorer {
    /** Tokens of a perplexity batch: enough for the products to run at full speed. */
    private static final int BATCH_TOKENS = 2048;

    private final Backend backend;
    private final Parameters parameters;
    private final Tokenizer tokenizer;
    private final int batchSize;
    private final AnswerForm form;
    private final EvalListener listener;

    /** @param listener hears of the progress of each score */
    public Scorer(
            Backend backend,
            Parameters parameters,
            Tokenizer tokenizer,
            int batchSize,
            AnswerForm form,
            EvalListener listener) {
        this.listener = listener;
        this.backend = backend;
        this.parameters = parameters;
        this.tokenizer = tokenizer;
        this.batchSize = batchSize;
        this.form = form;
    }

    /**
     * What {@code metric} asks for, as far as the rows allow.
     *
     * @param file named in the result and in errors
     * @throws InputError if the rows allow none of it
     */
    public FileScore score(String file, EvalRows rows, Metric metric) {
        check(file, rows, metric);
        var perplexity = metric.wantsPerplexity() ? perplexity(rows.examples()) : null;
        @Nullable
        ExactMatch match =
                metric.wantsExactMatch() && !rows.questions().isEmpty() ? exactMatch(rows.questions()) : null;
        int used = perplexity == null
                ? rows.questions().size()
                : Math.max(rows.examples().size(), rows.questions().size());
        return new FileScore(file, used, rows.truncated(), rows.tooLong(), perplexity, match);
    }

    /** @throws InputError if the rows allow nothing of what {@code metric} asks for */
    void check(String file, EvalRows rows, Metric metric) {
        if (metric == Metric.EXACT_MATCH && rows.questions().isEmpty()) {
            if (!rows.tooLong().isEmpty()) {
                throw new InputError(
                        "no prompt leaves a position for an answer: the model has "
                                + Amounts.exact(parameters.config().maxPositions()) + " positions for both",
                        rows.tooLong().getFirst(),
                        "shorten the prompts, or measure --metric perplexity");
            }
            throw new InputError(
                    "exact_match needs rows with a prompt and an answer, and there are none",
                    file,
                    "give rows with prompt and completion, or measure --metric perplexity");
        }
        if (metric != Metric.EXACT_MATCH && rows.examples().isEmpty()) {
            throw new InputError(
                    "no row has a token to predict",
                    file,
                    "check labels and max_length, or that the text is longer than one token");
        }
    }

    /** The perplexity of the labelled tokens. At least one example. */
    public Perplexity perplexity(List<Example> examples) {
        var capacity = TokenBatches.capacity(examples, BATCH_TOKENS);
        try (var model = new Llama(backend, parameters, capacity, Recomputation.NONE)) {
            return Perplexity.of(
                    model, capacity, examples, done -> listener.progress("perplexity", done, examples.size()));
        }
    }

    /** How many of the questions get exactly the expected answer. */
    public ExactMatch exactMatch(List<Question> questions) {
        return new Quiz(new Generator(backend, parameters, batchSize), tokenizer, form)
                .ask(questions, done -> listener.progress("questions", done, questions.size()));
    }
}
