package org.halftune.eval;

import java.util.List;
import java.util.function.LongConsumer;
import org.halftune.data.Example;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.problem.InputError;

/**
 * How surprised a model is by text: the mean cross-entropy of the labelled tokens, each counted once whatever row it stands
 * in, and its exponential.
 *
 * @param loss mean negative log-likelihood of a token, in nats
 * @param tokens how many tokens were predicted
 */
public record Perplexity(double loss, long tokens) {

    public double perplexity() {
        return Math.exp(loss);
    }

    /**
     * Measures {@code examples} in batches of at most {@code capacity}.
     *
     * @param capacity what the model was built for; no example may be longer
     * @param progress hears how many examples are done
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
                    "no row has a token to predict", "", "give rows with a completion, or texts of two or more tokens");
        }
        return new Perplexity(sum / tokens, tokens);
    }
}
