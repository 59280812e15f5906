package org.halftune.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.console.Amounts;
import org.halftune.model.Decoder;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.problem.InputError;

/**
 * Completes prompts in batches with a key-value cache.
 *
 * <p>Each decoding step reads every weight once for the whole batch, so batches are faster. Prompts of similar length
 * share a batch, and a finished one leaves it at once. The text of a prompt does not depend on the other prompts,
 * except for rounding in the matrix products.
 */
public final class Generator {
    /** Maximum size of the cache: 32 sequences of a small model, fewer for a large model or long prompts. */
    private static final long MAX_CACHE_BYTES = 1L << 29;

    private final Backend backend;
    private final LlamaConfig config;
    private final Parameters parameters;
    private final int batchSize;

    /** @param batchSize maximum number of sequences decoded together; fewer if their cache is too large */
    public Generator(Backend backend, Parameters parameters, int batchSize) {
        if (batchSize < 1)
            throw new InputError(
                    "batch_size " + batchSize + " is out of range", "--batch_size", "set it to at least 1");
        this.backend = backend;
        this.config = parameters.config();
        this.parameters = parameters;
        this.batchSize = batchSize;
    }

    /**
     * One completion per prompt, in the order of the prompts.
     *
     * @throws InputError if a prompt is empty, has an id outside the vocabulary, or leaves no position for an answer
     */
    public List<Completion> generate(
            List<int[]> prompts, Sampling sampling, StopConditions conditions, TokenListener listener) {
        check(prompts);
        if (prompts.isEmpty()) return List.of();

        // Longest first: the first batch needs the most memory, so an out-of-memory error comes at the start.
        var order = IntStream.range(0, prompts.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -prompts.get(i).length))
                .toList();
        int longest = prompts.get(order.getFirst()).length;
        int positions = (int) Math.min((long) longest + conditions.maxNewTokens(), config.maxPositions());
        int rows = rows(prompts.size(), positions);

        var completions = new Completion[prompts.size()];
        try (var decoder = new Decoder(backend, parameters, rows, positions)) {
            for (int from = 0; from < order.size(); from += rows) {
                var partial = new ArrayList<PartialCompletion>();
                for (int i : order.subList(from, Math.min(from + rows, order.size()))) {
                    partial.add(
                            new PartialCompletion(i, prompts.get(i), conditions.maxNewTokens(), config.maxPositions()));
                }
                decode(decoder, partial, sampling, conditions, listener);
                for (var completion : partial) completions[completion.prompt()] = completion.completion();
            }
        }
        return Arrays.asList(completions);
    }

    /** Decodes until all completions are finished. Completion i uses cache row i. */
    private static void decode(
            Decoder decoder,
            List<PartialCompletion> partial,
            Sampling sampling,
            StopConditions conditions,
            TokenListener listener) {
        decoder.prefill(partial.stream().map(PartialCompletion::promptTokens).toList());
        var live = IntStream.range(0, partial.size()).toArray(); // row i of the logits is completion live[i]
        while (true) {
            if (!sampling.rules().changeNothing()) change(decoder, partial, live, sampling);
            var uniforms = new float[live.length];
            for (int i = 0; i < live.length; i++) {
                var completion = partial.get(live[i]);
                uniforms[i] = sampling.uniform(completion.prompt(), completion.length());
            }
            int[] chosen = decoder.choose(uniforms, sampling.temperature(), sampling.topP());
            for (int i = 0; i < live.length; i++) {
                if (chosen[i] < 0) throw unusableLogits();
                partial.get(live[i]).append(chosen[i], conditions, listener);
            }
            live = Arrays.stream(live).filter(i -> partial.get(i).open()).toArray();
            if (live.length == 0) return;
            decoder.step(
                    live, Arrays.stream(live).map(i -> partial.get(i).last()).toArray());
        }
    }

    /** The rules need all earlier tokens, so they are applied on the host for every device. */
    private static void change(Decoder decoder, List<PartialCompletion> partial, int[] live, Sampling sampling) {
        decoder.changeLogits((row, logits) -> {
            var completion = partial.get(live[row]);
            sampling.rules().apply(logits, completion.promptTokens(), completion.generated(), sampling.temperature());
        });
    }

    private static InputError unusableLogits() {
        return new InputError(
                "the model's logits are NaN or infinite",
                "generation",
                "the weights are damaged or the training diverged: use an earlier checkpoint");
    }

    /** Number of sequences decoded together. */
    private int rows(int prompts, int positions) {
        long sequence = 2L
                * config.layers()
                * config.keyValueWidth()
                * backend.storage().bytes()
                * positions;
        return Math.clamp(MAX_CACHE_BYTES / sequence, 1, Math.min(batchSize, prompts));
    }

    /** @throws InputError as {@link #generate} does */
    void check(List<int[]> prompts) {
        for (int i = 0; i < prompts.size(); i++) check(prompts.get(i), i);
    }

    private void check(int[] prompt, int index) {
        String where = "prompt " + (index + 1);
        if (prompt.length == 0) {
            throw new InputError("the prompt has no tokens", where, "write a prompt that is not empty");
        }
        if (prompt.length >= config.maxPositions()) {
            throw new InputError(
                    "the prompt has " + Amounts.counted(prompt.length, "token") + ", but the model has only "
                            + Amounts.counted(config.maxPositions(), "position") + " for prompt and answer",
                    where,
                    "shorten the prompt");
        }
        for (int id : prompt) {
            if (id >= 0 && id < config.vocabSize()) continue;
            throw new InputError(
                    "token id " + id + " is outside the model's vocabulary of " + config.vocabSize(),
                    where,
                    "use the tokenizer of this model");
        }
    }
}
