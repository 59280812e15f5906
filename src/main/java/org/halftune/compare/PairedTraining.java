package org.halftune.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.eval.EvalListener;
import org.halftune.model.Batch;
import org.halftune.report.Figures;
import org.halftune.report.MethodResult.EvalLossPoint;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.record.TrainingFailure;

/**
 * Trains FFT and HFT at one learning rate from the same base model. In each step both read the same rows. The order alternates, so that
 * changes in the machine's speed and warm caches affect both methods equally.
 *
 * <p>Both models are in memory at the same time, and are freed at the end.
 */
final class PairedTraining {
    /** Number of evaluations on the test rows, including the start and the end. */
    private static final int EVALUATIONS = 5;

    /** Receives each step: its number from 1, and both losses. */
    interface StepListener {
        void stepped(int step, double fullLoss, double halfLoss);
    }

    /** Receives the result while both models are still in memory. */
    interface ResultListener {
        void trained(Result result, ComparedMethod fft, ComparedMethod hft);
    }

    /**
     * The result of both methods.
     *
     * @param before the base model's scores
     */
    record Result(double learningRate, EvaluationSuite.Scores before, TrainedMethod full, TrainedMethod half) {}

    private final CompareRun.Subject subject;
    private final ComparedMethod.Conditions conditions;
    private final CompareListener listener;
    private final StepListener stepListener;
    private final ResultListener resultListener;

    PairedTraining(
            CompareRun.Subject subject,
            ComparedMethod.Conditions conditions,
            CompareListener listener,
            StepListener stepListener,
            ResultListener resultListener) {
        this.listener = listener;
        this.resultListener = resultListener;
        this.subject = subject;
        this.conditions = conditions;
        this.stepListener = stepListener;
    }

    /**
     * Trains and scores both methods.
     *
     * @param known the base model's scores, if they are known
     * @throws TrainingFailure if a loss is NaN or infinite
     */
    Result run(TrainingPlan plan, Optional<EvaluationSuite.Scores> known) {
        var testBatches = subject.suite().testBatches(plan.capacity());
        var base = subject.folder().source();
        try (var fft = new ComparedMethod("FFT", subject.full(), conditions, base);
                var hft = new ComparedMethod("HFT", subject.half(), conditions, base)) {
            var before = known.orElseGet(() -> score(fft, "base"));
            var losses = train(fft, hft, plan, testBatches);
            var result = new Result(
                    plan.arguments().optimizing().learningRate(),
                    before,
                    TrainedMethod.of(fft, losses.full, score(fft, fft.name())),
                    TrainedMethod.of(hft, losses.half, score(hft, hft.name())));
            resultListener.trained(result, fft, hft);
            return result;
        }
    }

    private EvaluationSuite.Scores score(ComparedMethod method, String name) {
        var progress = new EvalListener() {
            @Override
            public void progress(String task, long done, long total) {
                listener.scoring(name + ", " + task, done, total);
            }
        };
        try (var parameters = method.forInference()) {
            return subject.suite().score(conditions.backend(), parameters, progress);
        }
    }

    private record EvalLosses(List<EvalLossPoint> full, List<EvalLossPoint> half) {
        void add(int step, ComparedMethod fft, ComparedMethod hft, List<Batch> batches) {
            full.add(new EvalLossPoint(step, fft.evaluate(batches)));
            half.add(new EvalLossPoint(step, hft.evaluate(batches)));
        }
    }

    private EvalLosses train(ComparedMethod fft, ComparedMethod hft, TrainingPlan plan, List<Batch> testBatches) {
        var evalLosses = new EvalLosses(new ArrayList<>(), new ArrayList<>());
        int total = plan.totalSteps();
        for (int step = 0; step < total; step++) {
            if (!testBatches.isEmpty() && step * (EVALUATIONS - 1) % total < EVALUATIONS - 1) {
                evalLosses.add(step, fft, hft, testBatches);
            }
            var batches = plan.batches(step);
            double rate = plan.learningRate(step);
            boolean fullFirst = step % 2 == 0;
            var first = (fullFirst ? fft : hft).step(batches, rate);
            var second = (fullFirst ? hft : fft).step(batches, rate);
            if (!Double.isFinite(first.loss()) || !Double.isFinite(second.loss())) {
                throw new TrainingFailure(
                        "the loss is NaN or infinite at step " + (step + 1) + " with --learning_rate "
                                + Figures.learningRate(
                                        plan.arguments().optimizing().learningRate()),
                        "use a lower --learning_rate, or remove this one from the list");
            }
            stepListener.stepped(step + 1, (fullFirst ? first : second).loss(), (fullFirst ? second : first).loss());
        }
        if (!testBatches.isEmpty()) evalLosses.add(total, fft, hft, testBatches);
        return evalLosses;
    }
}
