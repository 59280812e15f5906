package org.halftune.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.backend.LimitedBackend;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.console.Amounts;
import org.halftune.hft.Selection;
import org.halftune.model.LlamaConfig;
import org.halftune.model.WeightSource;
import org.halftune.problem.InputError;
import org.halftune.report.EqualMemoryResult;
import org.halftune.report.Figures;
import org.halftune.report.HftSaving.Ratio;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.memory.Capacities;
import org.halftune.train.memory.MemoryBudget;
import org.halftune.train.memory.MemoryCheck;
import org.halftune.train.memory.MemoryDemand.Attempt;

/**
 * Times both methods within the same memory budget. Each trains alone on the device, as a user would train it, with the least
 * recomputation and then the largest batches that fit. Both read the same rows per step.
 *
 * <p>The methods alternate in blocks of steps: FFT, HFT, HFT, FFT. This cancels a constant drift of the machine's speed. Step i of a
 * block is paired with step i of the other method's block, which reads the same rows.
 */
final class EqualMemoryRun {
    /** Steps per block: enough for an interval, and short compared with loading a large model twice. */
    private static final int BLOCK = 20;

    /** {@code auto} leaves 1/{@value} of the memory to the driver, because graphs need memory outside Halftune's allocations. */
    private static final int RESERVE = 50;

    private final MemoryBudget asked;
    private final Backend backend;
    private final LlamaConfig config;
    private final TrainingPlan plan;
    private final Selection fullSelection;
    private final Selection halfSelection;
    private final Consumer<String> notice;
    private final Decision early;

    /** How each method trains within the budget. */
    private record Decision(MethodInBudget.Terms terms, MethodInBudget full, MethodInBudget half) {
        List<MethodInBudget> methods() {
            return List.of(full, half);
        }
    }

    /**
     * Decides how each method trains; allocates nothing.
     *
     * @throws InputError if the device has less memory than the budget, or neither method fits
     */
    EqualMemoryRun(
            MemoryBudget asked,
            Backend backend,
            LlamaConfig config,
            TrainingPlan plan,
            Selection fullSelection,
            Selection halfSelection,
            Consumer<String> notice) {
        this.asked = asked;
        this.backend = backend;
        this.config = config;
        this.plan = plan;
        this.fullSelection = fullSelection;
        this.halfSelection = halfSelection;
        this.notice = notice;
        long available = MemoryCheck.available(backend);
        long budget = budget(available);
        if (budget > available) {
            throw new InputError(
                    "--memory " + asked + " exceeds this device's available memory, " + Figures.bytes(available),
                    backend.description(),
                    "give a smaller amount, or auto");
        }
        early = decide(budget);
        if (!early.full.fits() && !early.half.fits()) {
            throw new InputError(
                    early.full.missing() + "\n  " + early.half.missing(), backend.description(), early.half.ways());
        }
        for (var method : early.methods()) notice.accept(description(method));
    }

    private long budget(long available) {
        return asked.bytesOf(available - available / RESERVE);
    }

    private Decision decide(long budget) {
        var terms = new MethodInBudget.Terms(backend, config, plan, new Capacities(plan), budget);
        return new Decision(
                terms,
                MethodInBudget.of("FFT", fullSelection, true, terms),
                MethodInBudget.of("HFT", halfSelection, false, terms));
    }

    /** Decides again for {@code auto}, because the available memory may have changed. */
    private Decision decideNow() {
        if (!(asked instanceof MemoryBudget.Auto)) return early;
        var now = decide(budget(MemoryCheck.available(backend)));
        for (int i = 0; i < now.methods().size(); i++) {
            var method = now.methods().get(i);
            boolean same =
                    method.fits() && method.cut().equals(early.methods().get(i).cut());
            if (!same) notice.accept(description(method));
        }
        return now;
    }

    private String description(MethodInBudget method) {
        return method.fits()
                ? method.name() + " alone within " + asked + ": " + method.cut().flags()
                : method.missing() + "\n" + method.ways();
    }

    /** Times the methods that fit. If one runs out of memory, the other is still timed. */
    EqualMemoryResult run(WeightSource base) {
        var decision = decideNow();
        var terms = decision.terms;
        int steps = Math.min(BLOCK, plan.totalSteps());
        notice.accept("timing each method alone within " + words(terms.budget()) + ", 2 blocks of "
                + Amounts.counted(steps, "step"));
        var fft = new Timing(decision.full);
        var hft = new Timing(decision.half);
        for (var timing : List.of(fft, hft, hft, fft)) timing.block(terms, base, steps);
        boolean both = fft.method.fits() && hft.method.fits();
        var batching = plan.arguments().batching();
        return new EqualMemoryResult(
                asked.toString(),
                terms.budget(),
                batching.trainBatchSize() * batching.accumulationSteps(),
                fft.result(),
                hft.result(),
                both ? StepTimes.ratio(fft.steps(), hft.steps()) : Ratio.UNKNOWN);
    }

    private String words(long budget) {
        return asked instanceof MemoryBudget.Auto
                ? Figures.bytes(budget) + " (auto: the available memory less 1/" + RESERVE + " for the driver)"
                : asked.toString();
    }

    /** @param bytes allocated during training */
    private record TimedBlock(List<ComparedMethod.Step> steps, long bytes) {}

    /** The blocks of one method; empty if it ran out of memory. */
    private final class Timing {
        private MethodInBudget method;
        private final List<TimedBlock> blocks = new ArrayList<>();

        Timing(MethodInBudget method) {
            this.method = method;
        }

        void block(MethodInBudget.Terms terms, WeightSource base, int steps) {
            if (!method.fits()) return;
            try {
                blocks.add(timed(method, terms, base, steps));
            } catch (OutOfDeviceMemory e) {
                blocks.clear();
                method = method.outOfMemory(e);
                notice.accept(description(method));
            }
        }

        List<List<ComparedMethod.Step>> steps() {
            return blocks.stream().map(TimedBlock::steps).toList();
        }

        EqualMemoryResult.Training result() {
            var cut = method.cut();
            return new EqualMemoryResult.Training(
                    cut.rows(),
                    cut.batches(),
                    cut.recomputation().name().toLowerCase(Locale.ROOT),
                    blocks.isEmpty() ? cut.bytes() : blocks.getFirst().bytes(),
                    method.missing(),
                    method.ways(),
                    StepTimes.of(steps()));
        }
    }

    private TimedBlock timed(MethodInBudget method, MethodInBudget.Terms terms, WeightSource base, int steps) {
        var arguments = method.cut().in(plan.arguments());
        var cut = plan.with(arguments);
        var optimizing = arguments.optimizing();
        var attempt = new Attempt(arguments, method.cut().recomputation(), Integer.MAX_VALUE);
        try (var limited = new LimitedBackend(backend, terms.budget())) {
            var conditions = new ComparedMethod.Conditions(
                    limited,
                    config,
                    terms.capacities().of(attempt),
                    method.cut().recomputation(),
                    optimizing.adamW(arguments.running().seed()));
            try (var training = new ComparedMethod(method.name(), method.selection(), conditions, base)) {
                long held = backend.memory().total();
                for (int step = 0; step < steps; step++) training.step(cut.batches(step), cut.learningRate(step));
                return new TimedBlock(training.steps(), held);
            }
        }
    }
}
