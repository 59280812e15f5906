package org.halftune.compare;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.backend.Backend;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.ModelLimits;
import org.halftune.data.PlainTemplate;
import org.halftune.data.Tokenizer;
import org.halftune.eval.EvalRows;
import org.halftune.hft.Selection;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.MethodResult.EvalLossPoint;
import org.halftune.report.Saving;
import org.halftune.train.MemoryCheck;
import org.halftune.train.MemoryPlan;
import org.halftune.train.TrainingFailure;
import org.halftune.train.TrainingInputs;
import org.halftune.train.TrainingPlan;

/**
 * Trains FFT and HFT side by side and gathers what the report says. Each step both read the same rows; who goes first
 * changes from step to step, so that a disturbance of the machine or a warm cache favours neither.
 */
public final class CompareRun {
    /** Evaluations on the test rows along the way, the start and the end included. */
    private static final int EVALUATIONS = 5;

    private final CompareOptions options;
    private final Backend backend;
    private final CompareListener listener;

    public CompareRun(CompareOptions options, Backend backend, CompareListener listener) {
        this.options = options;
        this.backend = backend;
        this.listener = listener;
    }

    /**
     * Trains and scores both.
     *
     * @throws InputError if something given cannot be used
     * @throws TrainingFailure if a loss is no number any more
     */
    public Comparison run() {
        var arguments = options.training();
        try (var folder = PretrainedFolder.open(arguments.model().path());
                var tokenizer = Tokenizer.open(arguments.model().path())) {
            var config = folder.config();
            tokenizer.checkFits(config.vocabSize(), arguments.model().path());
            var half = TrainingInputs.selection(arguments.selecting(), config);
            var full = Selection.full(config);
            var plan = TrainingInputs.plan(arguments, config, listener::notice);
            var exams = exams(tokenizer, config);
            var testBatches = testBatches(exams, plan.capacity());
            var capacity = largest(plan.capacity(), testBatches);
            var adamW = arguments.optimizing().adamW(arguments.running().seed());
            var fitting = fitting(config, full, half, capacity, adamW);
            var recomputation = fitting.recomputation;
            double memoryRatio = (double) fitting.half / fitting.full;

            var conditions = new Contender.Conditions(
                    backend,
                    config,
                    capacity,
                    recomputation,
                    adamW,
                    arguments.optimizing().maxGradNorm());
            try (var fft = new Contender("FFT", full, conditions, folder.source());
                    var hft = new Contender("HFT", half, conditions, folder.source())) {
                listener.notice("scoring the base");
                var before = take(exams, fft);
                var evalLosses = train(fft, hft, plan, testBatches);
                listener.notice("scoring both");
                var afterFull = take(exams, fft);
                var afterHalf = take(exams, hft);
                var results = new Results(options, backend.description(), folder, plan, exams, before);
                var fullResult = results.of(fft, evalLosses.full, afterFull);
                var halfResult = results.of(hft, evalLosses.half, afterHalf);
                var saving = new Saving(
                        Arithmetic.predict(
                                half, config.tiedHead(), labelledShare(plan), fullResult.time(), memoryRatio),
                        new Saving.Measured(
                                StepTimes.ratio(fft.steps(), hft.steps()),
                                (double) halfResult.memory().peak()
                                        / fullResult.memory().peak()));
                return results.comparison(fullResult, halfResult, saving, Instant.now());
            }
        }
    }

    /** A recomputation, and what both methods need with it in bytes. */
    private record Fitting(Recomputation recomputation, long full, long half) {}

    /** Both methods are in memory at once: the recomputation that was asked for, or the first of the ladder that fits. */
    private Fitting fitting(LlamaConfig config, Selection full, Selection half, Capacity capacity, AdamWConfig adamW) {
        var rungs = options.training().running().recompute().map(List::of).orElseGet(() -> MemoryCheck.ladder(backend));
        long available = MemoryCheck.available(backend);
        var last = new Fitting(Recomputation.BLOCK, 0, 0);
        for (var rung : rungs) {
            last = new Fitting(
                    rung,
                    MemoryPlan.of(config, full.trainable(), capacity, rung, adamW, backend)
                            .total(),
                    MemoryPlan.of(config, half.trainable(), capacity, rung, adamW, backend)
                            .total());
            if (last.full + last.half - backend.ownBytes() <= available) return last;
        }
        throw new InputError(
                String.format(
                        Locale.ROOT,
                        "comparing needs %.2f GB of memory (FFT %.2f and HFT %.2f side by side), %.2f GB are available",
                        (last.full + last.half) / 1e9,
                        last.full / 1e9,
                        last.half / 1e9,
                        available / 1e9),
                backend.description(),
                "lower --per_device_train_batch_size or --max_length, add --gradient_checkpointing, or take a smaller model");
    }

    private Exams exams(Tokenizer tokenizer, LlamaConfig config) {
        var data = options.training().data();
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var encoder = new ExampleEncoder(
                tokenizer,
                PlainTemplate.of(tokenizer),
                EncodingOptions.ofLength(data.maxLength().within(limits)),
                limits);
        return new Exams(
                tokenizer,
                data.evalFile().map(file -> read(file, encoder, tokenizer, config)),
                options.knowledgeFile().map(file -> read(file, encoder, tokenizer, config)),
                options.heldOutFile().map(file -> read(file, encoder, tokenizer, config)));
    }

    private static EvalRows read(Path file, ExampleEncoder encoder, Tokenizer tokenizer, LlamaConfig config) {
        return EvalRows.read(file, encoder, tokenizer, config.maxPositions(), 0);
    }

    private Exams.Marks take(Exams exams, Contender contender) {
        try (var parameters = contender.forInference()) {
            return exams.take(backend, parameters);
        }
    }

    /** The test rows in batches that a training step's buffers hold, as far as a row does. */
    private static List<Batch> testBatches(Exams exams, Capacity capacity) {
        var batches = new ArrayList<Batch>();
        var ids = new ArrayList<int[]>();
        var labels = new ArrayList<int[]>();
        int tokens = 0;
        for (var example : exams.newTask().map(EvalRows::examples).orElse(List.of())) {
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

    private static Capacity largest(Capacity training, List<Batch> batches) {
        int tokens = training.tokens();
        for (var batch : batches) tokens = Math.max(tokens, batch.tokenCount());
        return new Capacity(tokens, training.sequences());
    }

    private record EvalLosses(List<EvalLossPoint> full, List<EvalLossPoint> half) {
        void add(int step, Contender fft, Contender hft, List<Batch> batches) {
            full.add(new EvalLossPoint(step, fft.evaluate(batches)));
            half.add(new EvalLossPoint(step, hft.evaluate(batches)));
        }
    }

    private EvalLosses train(Contender fft, Contender hft, TrainingPlan plan, List<Batch> testBatches) {
        var evalLosses = new EvalLosses(new ArrayList<>(), new ArrayList<>());
        int total = plan.totalSteps();
        listener.notice("training FFT and HFT in turn, " + total + " steps each");
        for (int step = 0; step < total; step++) {
            if (!testBatches.isEmpty() && step * (EVALUATIONS - 1) % total < EVALUATIONS - 1) {
                evalLosses.add(step, fft, hft, testBatches);
            }
            var window = plan.window(step);
            double rate = plan.learningRate(step);
            boolean fullFirst = step % 2 == 0;
            var first = (fullFirst ? fft : hft).step(window, rate);
            var second = (fullFirst ? hft : fft).step(window, rate);
            if (!Double.isFinite(first.loss()) || !Double.isFinite(second.loss())) {
                throw new TrainingFailure(
                        "the loss is not a number at step " + (step + 1), "try a lower --learning_rate");
            }
            listener.stepped(step + 1, total, (fullFirst ? first : second).loss(), (fullFirst ? second : first).loss());
        }
        if (!testBatches.isEmpty()) evalLosses.add(total, fft, hft, testBatches);
        return evalLosses;
    }

    private static double labelledShare(TrainingPlan plan) {
        long labelled = 0;
        long tokens = 0;
        for (int step = 0; step < plan.totalSteps(); step++) {
            for (var batch : plan.window(step)) {
                labelled += batch.labelledCount();
                tokens += batch.tokenCount();
            }
        }
        return tokens == 0 ? 0 : (double) labelled / tokens;
    }
}
