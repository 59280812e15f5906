package org.halftune.compare;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.halftune.backend.Backend;
import org.halftune.console.Amounts;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.FolderTemplate;
import org.halftune.data.ModelLimits;
import org.halftune.data.Tokenizer;
import org.halftune.eval.AnswerForm;
import org.halftune.eval.EvalListener;
import org.halftune.eval.EvalRows;
import org.halftune.eval.Metric;
import org.halftune.eval.Scorer;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;

/**
 * The rows that a model is scored on before and after training.
 *
 * @param newTask test rows of the new task
 * @param oldKnowledge questions that the base model can answer
 * @param heldOut text like the base model's training text
 * @param batch number of questions answered at the same time: {@code --per_device_eval_batch_size}
 * @param notices which rows are not scored, and why
 */
record EvaluationSuite(
        Tokenizer tokenizer,
        Optional<EvalRows> newTask,
        Optional<EvalRows> oldKnowledge,
        Optional<EvalRows> heldOut,
        int batch,
        List<String> notices) {
    /**
     * Exact match is measured if at least half of the expected answers have at most this many tokens. Longer answers can be worded in
     * many ways, so exact match would be nearly 0 and generating them would take long.
     */
    static final int SHORT_ANSWER_TOKENS = 32;

    /** Fractions of right answers, and a perplexity; NaN if not measured. */
    record Scores(double newTask, double oldKnowledge, double perplexity) {}

    /**
     * Reads the files of the options.
     *
     * @param now the time that {@code strftime_now} of the chat template returns
     * @throws org.halftune.problem.InputError if a file is invalid
     */
    static EvaluationSuite read(CompareOptions options, Tokenizer tokenizer, LlamaConfig config, LocalDateTime now) {
        var data = options.training().data();
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var model = options.training().model();
        var template = FolderTemplate.open(model.path(), model.chatTemplate(), tokenizer, now);
        int maxLength = data.maxLength().kept(limits);
        var asLearnt = new EncodingOptions(
                maxLength, data.truncation(), data.completionOnlyLoss().orElse(null), data.assistantOnlyLoss());
        var whole = EncodingOptions.ofLength(maxLength);
        var notices = new ArrayList<String>();
        BiFunction<Path, EncodingOptions, EvalRows> reader = (file, encoding) -> {
            var encoder = new ExampleEncoder(tokenizer, template, encoding, limits);
            var rows = EvalRows.read(file, encoder, tokenizer, config.maxPositions(), 0, Metric.AUTO);
            notices.addAll(rows.notices());
            return rows;
        };
        return new EvaluationSuite(
                tokenizer,
                data.evalFile().map(file -> answerable(file, reader.apply(file, asLearnt), tokenizer, notices)),
                options.knowledgeFile().map(file -> answerable(file, reader.apply(file, whole), tokenizer, notices)),
                options.heldOutFile().map(file -> reader.apply(file, whole)),
                options.training().batching().evalBatchSize(),
                notices);
    }

    /** The rows, without questions if the answers are long. */
    private static EvalRows answerable(Path file, EvalRows rows, Tokenizer tokenizer, List<String> notices) {
        if (!rows.tooLong().isEmpty()) {
            notices.add(file + ": " + Amounts.counted(rows.tooLong().size(), "question")
                    + " left out of exact match, because the prompt fills the model's context");
        }
        if (rows.questions().isEmpty()) return rows;
        var lengths = rows.questions().stream()
                .mapToInt(question -> tokenizer.encode(question.reference(), false).length)
                .sorted()
                .toArray();
        int median = lengths[(lengths.length - 1) / 2];
        if (median <= SHORT_ANSWER_TOKENS) return rows;
        notices.add(file + ": exact match is not measured, only the loss: half of the expected answers have at least "
                + Amounts.counted(median, "token") + ", and the limit is " + SHORT_ANSWER_TOKENS);
        return rows.withoutQuestions();
    }

    /** The test rows in batches within {@code capacity}; a longer row is a batch of its own. */
    List<Batch> testBatches(Capacity capacity) {
        var batches = new ArrayList<Batch>();
        var ids = new ArrayList<int[]>();
        var labels = new ArrayList<int[]>();
        int tokens = 0;
        for (var example : newTask.map(EvalRows::examples).orElse(List.of())) {
            int length = example.inputIds().length;
            boolean filled = tokens + length > capacity.tokens() || ids.size() == capacity.sequences();
            if (filled && !ids.isEmpty()) {
                batches.add(Batch.of(ids, labels));
                ids.clear();
                labels.clear();
                tokens = 0;
            }
            ids.add(example.inputIds());
            labels.add(example.labels());
            tokens += length;
        }
        if (!ids.isEmpty()) batches.add(Batch.of(ids, labels));
        return batches;
    }

    /** Tokens of the longest test row; 0 without test rows. */
    int longestTest() {
        return newTask.stream()
                .flatMap(rows -> rows.examples().stream())
                .mapToInt(example -> example.inputIds().length)
                .max()
                .orElse(0);
    }

    /** @param listener receives the progress of each score */
    Scores score(Backend backend, Parameters parameters, EvalListener listener) {
        if (newTask.isEmpty() && oldKnowledge.isEmpty() && heldOut.isEmpty()) {
            return new Scores(Double.NaN, Double.NaN, Double.NaN);
        }
        var scorer = new Scorer(backend, parameters, tokenizer, batch, AnswerForm.DEFAULT, listener);
        return new Scores(
                share(scorer, newTask),
                share(scorer, oldKnowledge),
                heldOut.filter(rows -> !rows.examples().isEmpty())
                        .map(rows -> scorer.perplexity(rows.examples()).perplexity())
                        .orElse(Double.NaN));
    }

    private static double share(Scorer scorer, Optional<EvalRows> rows) {
        if (questions(rows) == 0) return Double.NaN;
        return scorer.exactMatch(rows.map(EvalRows::questions).orElse(List.of()))
                .score();
    }

    static int questions(Optional<EvalRows> rows) {
        return rows.map(r -> r.questions().size()).orElse(0);
    }
}
