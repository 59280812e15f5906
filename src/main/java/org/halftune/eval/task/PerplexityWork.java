package org.halftune.eval.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.halftune.backend.Backend;
import org.halftune.chat.ChatTemplate;
import org.halftune.data.EncodingOptions;
import org.halftune.data.Example;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.ModelLimits;
import org.halftune.data.Tokenizer;
import org.halftune.eval.EvalRows;
import org.halftune.eval.Metric;
import org.halftune.eval.TokenBatches;
import org.halftune.model.Batch;
import org.halftune.model.Llama;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;

/** The loss of every row, or of every window of a text file. */
final class PerplexityWork implements TaskScorer.Work {
    /** Length of rows and windows where the task does not give one: the default of training. */
    private static final int MAX_LENGTH = 1024;
    /** Tokens per batch: enough for matrix products at full speed. */
    private static final int BATCH_TOKENS = 2048;

    private final Backend backend;
    private final Parameters parameters;
    private final Task task;
    private final String data;
    private final List<Example> examples;

    PerplexityWork(
            Backend backend,
            Parameters parameters,
            Tokenizer tokenizer,
            ChatTemplate template,
            TaskQuestions questions,
            TaskKind.Perplexity kind) {
        this.backend = backend;
        this.parameters = parameters;
        this.task = questions.task();
        this.data = questions.data().toString();
        var config = parameters.config();
        int length = Math.min(config.maxPositions(), kind.maxLength().orElse(MAX_LENGTH));
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var encoder = new ExampleEncoder(tokenizer, template, EncodingOptions.ofLength(length), limits);
        this.examples = EvalRows.read(
                        questions.data(),
                        encoder,
                        tokenizer,
                        config.maxPositions(),
                        questions.limit(),
                        Metric.PERPLEXITY)
                .examples();
        if (examples.isEmpty())
            throw new InputError("no row has a token to predict", data, "use texts of at least 2 tokens");
    }

    @Override
    public Task task() {
        return task;
    }

    @Override
    public int count() {
        return examples.size();
    }

    @Override
    public Part score(int from, int to) {
        var some = examples.subList(from, to);
        var capacity = TokenBatches.capacity(some, BATCH_TOKENS);
        var outcomes = new ArrayList<Outcome>();
        try (var model = new Llama(backend, parameters, capacity, Recomputation.NONE)) {
            for (var group : TokenBatches.group(some, capacity)) {
                var losses = model.tokenLosses(Batch.of(
                        group.stream().map(Example::inputIds).toList(),
                        group.stream().map(Example::labels).toList()));
                int at = 0;
                for (var example : group) {
                    double sum = 0;
                    for (int t = at; t < at + example.length(); t++) sum += losses[t];
                    at += example.length();
                    outcomes.add(outcome(from + outcomes.size(), sum, example.labelledCount()));
                }
            }
        }
        return new Part(outcomes, List.of());
    }

    private Outcome outcome(int index, double sum, int tokens) {
        var values = Map.of(TaskScore.LOSS, sum / tokens, TaskScore.TOKENS, (double) tokens);
        return new Outcome(index, data + ", example " + (index + 1), "", List.of(), "", List.of(), values);
    }
}
