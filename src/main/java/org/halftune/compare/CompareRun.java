package org.halftune.compare;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.Backend;
import org.halftune.backend.OutOfDeviceMemory;
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
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.MethodResult.EvalLossPoint;
import org.halftune.report.Saving;
import org.halftune.train.Capacities;
import org.halftune.train.MemoryCheck;
import org.halftune.train.MemoryDemand;
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
            var demand = new CompareDemand(backend, config, new Capacities(plan), longestTest(exams));
            var check = new MemoryCheck(backend, config, plan, true, demand);
            var choice = check.require(arguments.running().recompute());
            choice.said().ifPresent(what -> listener.notice("recomputes " + what));
            var taken = new MemoryDemand.Attempt(arguments, choice.recomputation(), Integer.MAX_VALUE);
            try {
                return compare(folder, plan, exams, new Terms(full, half, demand, taken));
            } catch (OutOfDeviceMemory e) {
                throw check.explain(e, choice.recomputation(), "");
            }
        }
    }

    /** On what both train. */
    private record Terms(Selection full, Selection half, CompareDemand demand, MemoryDemand.Attempt attempt) {

        /** HFT's plan over FFT's. */
        double memoryRatio() {
            var plans = demand.of(attempt);
            return (double) plans.lastEntry().getValue().total()
                    / plans.firstEntry().getValue().total();
        }
    }

    private Comparison compare(PretrainedFolder folder, TrainingPlan plan, Exams exams, Terms terms) {
        var config = folder.config();
        var testBatches = testBatches(exams, plan.capacity());
        var optimizing = options.training().optimizing();
        var conditions = new Contender.Conditions(
                backend,
                config,
                terms.demand.capacity(terms.attempt),
                terms.attempt.recomputation(),
                optimizing.adamW(options.training().running().seed()),
                optimizing.maxGradNorm());
        try (var fft = new Contender("FFT", terms.full, conditions, folder.source());
                var hft = new Contender("HFT", terms.half, conditions, folder.source())) {
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
                            terms.half, config.tiedHead(), labelledShare(plan), fullResult.time(), terms.memoryRatio()),
                    new Saving.Measured(
                            StepTimes.ratio(fft.steps(), hft.steps()),
                            (double) halfResult.memory().peak()
                                    / fullResult.memory().peak()));
            return results.comparison(fullResult, halfResult, saving, Instant.now());
        }
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

    private static int longestTest(Exams exams) {
        return exams.newTask().stream()
                .flatMap(rows -> rows.examples().stream())
                .mapToInt(example -> example.inputIds().length)
                .max()
                .orElse(0);
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
