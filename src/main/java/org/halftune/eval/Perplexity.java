package org.halftune.eval;

import java.util.List;
import java.util.function.LongConsumer;
import org.halftune.data.Example;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.problem.InputError;

/**
 * Perplexity: the exponential of the mean cross-entropy over all labelled tokens. Every token has the same weight,
 * whatever the length of its row.
 *
 * @param loss mean negative log-likelihood per token, in nats
 * @param tokens number of labelled tokens
 */
public record Perplexity(double loss, long tokens) {

    public double perplexity() {
        return Math.exp(loss);
    }

    /**
     * Measures {@code examples} in batches of at most {@code capacity}.
     *
     * @param capacity the model's capacity; no example may be longer
     * @param progress receives the number of examples done
     * @throws InputError if no example has a token to predict
     */
    public static Perplexity of(Llama model, Capacity capacity, List<Example> examples, LongConsumer progress) {
        double sum = 0;
        long tokens = 0;
        long done = 0;
        for (var group : TokenBatches.group(examples, capacity)) {
            var batch = Batch.of(
                    group.stream().map(Example::inputIds).toList(),
                    group.stream().map(Example::labels).toList());
            var loss = model.evaluate(batch);
            sum += loss.sum();
            tokens += loss.tokens();
            done += group.size();
            progress.accept(done);
        }
        if (tokens == 0) {
            throw new InputError(
                    "no row has a token to predict", "", "use rows with a completion, or texts of at least 2 tokens");
        }
        return new Perplexity(sum / tokens, tokens);
    }
}
