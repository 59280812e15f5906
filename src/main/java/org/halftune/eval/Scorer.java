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
 * Scores the current state of a model in memory. Holds no device memory between calls.
 *
 * <p>During training, pass separate parameters, made from the same weights with an empty trainable set: they use no
 * memory, and no activations are kept.
 */
public final class Scorer {
    /** Tokens per perplexity batch: enough for matrix products at full speed. */
    private static final int BATCH_TOKENS = 2048;

    private final Backend backend;
    private final Parameters parameters;
    private final Tokenizer tokenizer;
    private final int batchSize;
    private final AnswerForm form;
    private final EvalListener listener;

    /** @param listener receives progress */
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
     * Measures {@code metric} on the rows.
     *
     * @param file the file's name, for the result and error messages
     * @throws InputError if the rows do not allow the metric
     */
    public FileScore score(String file, EvalRows rows, Metric metric) {
        check(file, rows, metric, parameters.config().maxPositions());
        var perplexity = metric.wantsPerplexity() ? perplexity(rows.examples()) : null;
        @Nullable
        ExactMatch match =
                metric.wantsExactMatch() && !rows.questions().isEmpty() ? exactMatch(rows.questions()) : null;
        int used = perplexity == null
                ? rows.questions().size()
                : Math.max(rows.examples().size(), rows.questions().size());
        return new FileScore(file, used, rows.truncated(), rows.tooLong(), perplexity, match);
    }

    /** @throws InputError if the rows do not allow {@code metric} */
    public static void check(String file, EvalRows rows, Metric metric, int maxPositions) {
        if (metric == Metric.EXACT_MATCH && rows.questions().isEmpty()) {
            if (!rows.tooLong().isEmpty()) {
                throw new InputError(
                        "no prompt leaves a position for an answer: the model has "
                                + Amounts.exact(maxPositions)
                                + " positions for prompt and answer",
                        rows.tooLong().getFirst(),
                        "shorten the prompts, or use --metric perplexity");
            }
            throw new InputError(
                    "exact_match needs rows with a prompt and an answer, but there are none",
                    file,
                    "use rows with prompt and completion, or --metric perplexity");
        }
        if (metric != Metric.EXACT_MATCH && rows.examples().isEmpty()) {
            throw new InputError(
                    "no row has a token to predict",
                    file,
                    "check labels and max_length, and that texts have at least 2 tokens");
        }
    }

    /** The perplexity of the labelled tokens of at least one example. */
    public Perplexity perplexity(List<Example> examples) {
        var capacity = TokenBatches.capacity(examples, BATCH_TOKENS);
        try (var model = new Llama(backend, parameters, capacity, Recomputation.NONE)) {
            return Perplexity.of(
                    model, capacity, examples, done -> listener.progress("perplexity", done, examples.size()));
        }
    }

    /** Answers the questions and counts exact matches. */
    public ExactMatch exactMatch(List<Question> questions) {
        return new ExactMatchScorer(new Generator(backend, parameters, batchSize), tokenizer, form)
                .score(questions, done -> listener.progress("questions", done, questions.size()));
    }
}
