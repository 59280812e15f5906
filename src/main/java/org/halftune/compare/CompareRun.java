package org.halftune.compare;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.backend.Backend;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.console.Amounts;
import org.halftune.data.Tokenizer;
import org.halftune.hft.Selection;
import org.halftune.model.Recomputation;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.EqualMemoryResult;
import org.halftune.report.Figures;
import org.halftune.report.LearningRates;
import org.halftune.session.StartingWeights;
import org.halftune.train.export.TrainedExport;
import org.halftune.train.importance.Importance;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.memory.Capacities;
import org.halftune.train.memory.MemoryCheck;
import org.halftune.train.memory.MemoryDemand;
import org.halftune.train.memory.MemoryPlan;
import org.halftune.train.record.TrainingFailure;

/**
 * Trains FFT and HFT side by side at each learning rate, and collects the results. Several rates are needed for a fair comparison,
 * because at the best rate of one method the other learns too little or forgets too much. With a memory budget, both methods are also
 * timed within it.
 */
public final class CompareRun {
    private final CompareOptions options;
    private final Backend backend;
    private final CompareListener listener;

    public CompareRun(CompareOptions options, Backend backend, CompareListener listener) {
        this.options = options;
        this.backend = backend;
        this.listener = listener;
    }

    /**
     * Trains and scores both at every rate.
     *
     * @throws InputError if an input is invalid
     * @throws TrainingFailure if the loss is NaN or infinite at every rate
     */
    public Comparison run() {
        var arguments = options.training();
        try (var folder = PretrainedFolder.open(arguments.model().path());
                var tokenizer = Tokenizer.openIfThere(
                        arguments.model().path(), folder.config().vocabSize())) {
            var config = folder.config();
            folder.notices().forEach(listener::notice);
            if (arguments.selecting().unscored().isPresent()) {
                var start = new StartingWeights.Stored(folder.source());
                var scored = new Importance(backend, config, start, listener::notice)
                        .scored(arguments, Optional.empty())
                        .selecting();
                return new CompareRun(options.with(scored), backend, listener).run();
            }
            if (options.saveModels()) TrainedExport.check(folder, arguments);
            var full = Selection.full(config);
            var now = LocalDateTime.now(ZoneId.systemDefault());
            var half = TrainingInputs.selection(arguments.selecting(), config);
            var plan = TrainingInputs.plan(arguments.withoutEvaluation(), config, now, listener::notice);
            plan.description().ifPresent(data -> listener.notice("data: " + data.line()));
            var suite = EvaluationSuite.read(options, tokenizer, config, now);
            suite.notices().forEach(listener::notice);
            var subject = new Subject(folder, full, half, plan, suite);
            var budgeted = options.memory()
                    .map(memory -> new EqualMemoryRun(memory, backend, config, plan, full, half, listener::notice));
            var demand = new CompareDemand(backend, config, new Capacities(plan), suite.longestTest());
            var sameStep = budgeted.isEmpty() || bothFit(demand) ? sameStep(subject, demand) : SameStep.LEFT_OUT;
            listener.begins();
            var equalMemory = budgeted.map(run -> run.run(folder.source()));
            if (sameStep.pairs().isEmpty()) equalMemory.ifPresent(this::requireOne);
            return new Results(options, backend.description(), subject, sameStep, equalMemory)
                    .comparison(Instant.now());
        }
    }

    /**
     * The inputs of a comparison.
     *
     * @param full what FFT trains
     * @param half what HFT trains
     */
    record Subject(PretrainedFolder folder, Selection full, Selection half, TrainingPlan plan, EvaluationSuite suite) {}

    /**
     * Both methods trained side by side, with the same steps.
     *
     * @param pairs one per learning rate that both finished, ascending; empty if both methods do not fit on the device together
     * @param diverged rates at which a loss was NaN or infinite
     * @param plannedMemory HFT's planned memory ÷ FFT's
     */
    record SameStep(List<PairedTraining.Result> pairs, List<Double> diverged, double plannedMemory) {
        static final SameStep LEFT_OUT = new SameStep(List.of(), List.of(), Double.NaN);

        SameStep {
            pairs = List.copyOf(pairs);
            diverged = List.copyOf(diverged);
        }
    }

    /** Without a comparison side by side, at least one method must fit within the budget. */
    private void requireOne(EqualMemoryResult equal) {
        if (!equal.neitherFits()) return;
        throw new InputError(
                equal.fft().missing() + "\n  " + equal.hft().missing(),
                backend.description(),
                equal.hft().ways());
    }

    /** Whether both methods fit on the device together. With a budget, the comparison side by side is optional. */
    private boolean bothFit(CompareDemand demand) {
        var arguments = options.training();
        var rung = arguments.running().recompute().orElse(Recomputation.BLOCK);
        long both = demand.of(new MemoryDemand.Attempt(arguments, rung, Integer.MAX_VALUE)).values().stream()
                        .mapToLong(MemoryPlan::total)
                        .sum()
                - backend.ownBytes(); // each plan includes it, but it exists once
        boolean fit = both <= MemoryCheck.available(backend);
        if (!fit) {
            listener.notice("both methods do not fit on this device together: they are compared at equal memory only"
                    + (options.saveModels() ? ", and no models are saved" : ""));
        }
        return fit;
    }

    /** Trains both methods at each rate, with the least recomputation that fits. */
    private SameStep sameStep(Subject subject, CompareDemand demand) {
        var arguments = options.training();
        var config = subject.folder.config();
        var check = new MemoryCheck(backend, config, subject.plan, true, demand);
        var choice = check.require(arguments.running().recompute());
        choice.description().ifPresent(what -> listener.notice("recompute: " + what));
        var attempt = new MemoryDemand.Attempt(arguments, choice.recomputation(), Integer.MAX_VALUE);
        var conditions = new ComparedMethod.Conditions(
                backend,
                config,
                demand.capacity(attempt),
                choice.recomputation(),
                arguments.optimizing().adamW(arguments.running().seed()));
        var plans = demand.of(attempt);
        double ratio = (double) plans.lastEntry().getValue().total()
                / plans.firstEntry().getValue().total();
        try {
            return pairs(subject, conditions, ratio);
        } catch (OutOfDeviceMemory e) {
            throw check.explain(e, choice.recomputation(), "");
        }
    }

    /** Trains at each rate. A rate at which a loss is NaN or infinite is left out for both methods. */
    private SameStep pairs(Subject subject, ComparedMethod.Conditions conditions, double plannedMemory) {
        int steps = subject.plan.totalSteps();
        int rates = options.trainings().size();
        var kept = options.saveModels()
                ? Optional.of(new SavedModels(options.training().saving().outputFolder()))
                : Optional.<SavedModels>empty();
        listener.notice("training FFT and HFT alternately, " + Amounts.counted(steps, "step") + " each"
                + (rates == 1 ? "" : ", at " + rates + " learning rates"));
        var pairs = new ArrayList<PairedTraining.Result>();
        var diverged = new ArrayList<Double>();
        var failures = new ArrayList<TrainingFailure>();
        for (int rate = 0; rate < rates; rate++) {
            var plan = subject.plan.with(options.trainings().get(rate));
            int before = rate * steps;
            var pair = new PairedTraining(
                    subject,
                    conditions,
                    listener,
                    (step, fullLoss, halfLoss) -> listener.stepped(before + step, rates * steps, fullLoss, halfLoss),
                    (result, fft, hft) -> {
                        if (shown(pairs, result))
                            kept.ifPresent(models -> models.keep(subject, plan, fft, hft, listener::notice));
                    });
            var known = pairs.isEmpty()
                    ? Optional.<EvaluationSuite.Scores>empty()
                    : Optional.of(pairs.getFirst().before());
            try {
                var result = pair.run(plan, known);
                scores(result).ifPresent(listener::notice);
                pairs.add(result);
            } catch (TrainingFailure e) {
                if (rates > 1) listener.notice(e.what() + ": left out for both methods");
                diverged.add(plan.arguments().optimizing().learningRate());
                failures.add(e);
            }
        }
        if (pairs.isEmpty()) throw failures.getFirst();
        return new SameStep(pairs, diverged, plannedMemory);
    }

    /** Whether the newest rate is the one that the report would show in detail so far. */
    private static boolean shown(List<PairedTraining.Result> before, PairedTraining.Result newest) {
        var all = new ArrayList<>(before);
        all.add(newest);
        var rates = LearningRates.of(
                all.stream()
                        .map(result -> result.full().point(result.learningRate()))
                        .toList(),
                all.stream()
                        .map(result -> result.half().point(result.learningRate()))
                        .toList());
        return rates.shown() == newest.learningRate();
    }

    /** A line with the scores of a finished rate. */
    private static Optional<String> scores(PairedTraining.Result result) {
        var words = new ArrayList<String>();
        for (var trained : List.of(result.full(), result.half())) {
            var point = trained.point(result.learningRate());
            var reached = new ArrayList<String>();
            if (!Double.isNaN(point.testLoss())) reached.add("test loss " + Figures.decimals(point.testLoss(), 4));
            if (!Double.isNaN(point.learned())) reached.add("learned " + Figures.percent(point.learned()));
            if (!Double.isNaN(point.kept())) reached.add("kept " + Figures.percent(point.kept()));
            if (reached.isEmpty()) return Optional.empty();
            words.add(trained.name() + " " + String.join(", ", reached));
        }
        return Optional.of(
                "learning rate " + Figures.learningRate(result.learningRate()) + ": " + String.join("; ", words));
    }
}
