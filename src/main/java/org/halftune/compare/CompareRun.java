package org.halftune.compare;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.halftune.backend.Backend;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.data.Tokenizer;
import org.halftune.hft.Selection;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.Figures;
import org.halftune.train.Capacities;
import org.halftune.train.MemoryCheck;
import org.halftune.train.MemoryDemand;
import org.halftune.train.TrainingFailure;
import org.halftune.train.TrainingInputs;
import org.halftune.train.TrainingPlan;

/**
 * Trains FFT and HFT side by side at each learning rate, one rate after another, and gathers what the report says. One rate
 * alone is no fair comparison: at the rate that suits one method the other learns too little or forgets too much.
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
     * @throws InputError if something given cannot be used
     * @throws TrainingFailure if a loss is no number any more
     */
    public Comparison run() {
        var arguments = options.training();
        try (var folder = PretrainedFolder.open(arguments.model().path());
                var tokenizer = Tokenizer.openIfThere(
                        arguments.model().path(), folder.config().vocabSize())) {
            var config = folder.config();
            var half = TrainingInputs.selection(arguments.selecting(), config);
            var full = Selection.full(config);
            var plan = TrainingInputs.plan(arguments, config, listener::notice);
            var exams = Exams.read(options, tokenizer, config);
            var demand = new CompareDemand(backend, config, new Capacities(plan), exams.longestTest());
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
        var optimizing = options.training().optimizing();
        var conditions = new Contender.Conditions(
                backend,
                config,
                terms.demand.capacity(terms.attempt),
                terms.attempt.recomputation(),
                optimizing.adamW(options.training().running().seed()),
                optimizing.maxGradNorm());
        int steps = plan.totalSteps();
        int rates = options.trainings().size();
        listener.notice("training FFT and HFT in turn, " + steps + (steps == 1 ? " step" : " steps") + " each"
                + (rates == 1 ? "" : ", at " + rates + " learning rates"));
        var duels = new ArrayList<Duel.Result>();
        for (var training : options.trainings()) {
            int before = duels.size() * steps;
            var duel = new Duel(
                    terms.full,
                    terms.half,
                    conditions,
                    folder.source(),
                    exams,
                    (step, fullLoss, halfLoss) -> listener.stepped(before + step, rates * steps, fullLoss, halfLoss));
            var known = duels.isEmpty()
                    ? Optional.<Exams.Marks>empty()
                    : Optional.of(duels.getFirst().before());
            var result = duel.run(plan.with(training), known);
            scores(result).ifPresent(listener::notice);
            duels.add(result);
        }
        return new Results(options, backend.description(), folder, plan, exams, duels)
                .comparison(
                        time -> Arithmetic.predict(
                                terms.half, config.tiedHead(), labelledShare(plan), time, terms.memoryRatio()),
                        Instant.now());
    }

    /** A line for a rate that is done. */
    private static Optional<String> scores(Duel.Result result) {
        var words = new ArrayList<String>();
        for (var trained : List.of(result.full(), result.half())) {
            var marks = trained.marks();
            if (Double.isNaN(marks.newTask()) && Double.isNaN(marks.oldKnowledge())) return Optional.empty();
            words.add(String.format(
                    Locale.ROOT,
                    "%s learned %s, kept %s",
                    trained.name(),
                    Figures.percent(marks.newTask()),
                    Figures.percent(marks.oldKnowledge())));
        }
        return Optional.of("learning rate " + Figures.setting(result.learningRate()) + ": " + String.join("; ", words));
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
