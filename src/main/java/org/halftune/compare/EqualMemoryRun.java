package org.halftune.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.backend.LimitedBackend;
import org.halftune.hft.Selection;
import org.halftune.model.LlamaConfig;
import org.halftune.model.WeightSource;
import org.halftune.problem.InputError;
import org.halftune.report.EqualMemory;
import org.halftune.report.Figures;
import org.halftune.report.Saving.Ratio;
import org.halftune.train.Capacities;
import org.halftune.train.MemoryBudget;
import org.halftune.train.MemoryCheck;
import org.halftune.train.MemoryDemand.Attempt;
import org.halftune.train.TrainingPlan;

/**
 * Times both methods where each may hold the same memory. A user has a card, on which one method trains alone: so each is
 * alone on the device here, under a limit that its allocations meet, with the least recomputation and then the largest
 * batches that fit. Both read the same rows a step.
 *
 * <p>They cannot take steps in turn, so they take blocks of steps in turn: FFT, HFT, HFT, FFT. Steady drift of the
 * machine's speed cancels; step i of a block is paired with step i of the other method's, which reads the same rows.
 */
final class EqualMemoryRun {
    /** Steps of a block: enough for an interval, little beside loading a large model twice. */
    private static final int BLOCK = 20;

    private final MemoryBudget asked;
    private final Backend backend;
    private final TrainingPlan plan;
    private final MethodWithin.Terms terms;
    private final MethodWithin full;
    private final MethodWithin half;

    /**
     * Decides how each trains; allocates nothing.
     *
     * @throws InputError if the budget is more than the device has, or neither method fits in it
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
        this.plan = plan;
        long available = MemoryCheck.available(backend);
        long budget = asked.bytesOf(available);
        if (budget > available) {
            throw new InputError(
                    "--memory " + asked + " is more than this device has: " + Figures.bytes(available)
                            + " are available",
                    backend.description(),
                    "give less, or auto for all that it has");
        }
        terms = new MethodWithin.Terms(backend, config, plan, new Capacities(plan), budget);
        full = MethodWithin.of("FFT", fullSelection, true, terms);
        half = MethodWithin.of("HFT", halfSelection, false, terms);
        if (!full.fits() && !half.fits()) {
            throw new InputError(full.missing() + "\n  " + half.missing(), backend.description(), half.ways());
        }
        for (var method : List.of(full, half)) notice.accept(said(method));
    }

    private String said(MethodWithin method) {
        return method.fits()
                ? method.name() + " alone within " + asked + ": " + method.cut().flags()
                : method.missing() + "\nways to fit:\n" + method.ways();
    }

    /** Times what fits. */
    EqualMemory run(WeightSource base, Consumer<String> notice) {
        var fft = new ArrayList<Block>();
        var hft = new ArrayList<Block>();
        int steps = Math.min(BLOCK, plan.totalSteps());
        notice.accept("timing each method alone within " + asked + ", 2 blocks of " + steps
                + (steps == 1 ? " step" : " steps"));
        for (boolean ofFull : new boolean[] {true, false, false, true}) {
            var method = ofFull ? full : half;
            if (method.fits()) (ofFull ? fft : hft).add(block(method, base, steps));
        }
        var ratio = fft.isEmpty() || hft.isEmpty() ? Ratio.UNKNOWN : StepTimes.ratio(steps(fft), steps(hft));
        var batching = plan.arguments().batching();
        return new EqualMemory(
                asked.toString(),
                terms.budget(),
                batching.trainBatchSize() * batching.accumulationSteps(),
                training(full, fft),
                training(half, hft),
                ratio);
    }

    /** @param bytes held while it trained */
    private record Block(List<Contender.Step> steps, long bytes) {}

    private Block block(MethodWithin method, WeightSource base, int steps) {
        var arguments = method.cut().in(plan.arguments());
        var cut = plan.with(arguments);
        var limited = new LimitedBackend(backend, terms.budget());
        var optimizing = arguments.optimizing();
        var attempt = new Attempt(arguments, method.cut().recomputation(), Integer.MAX_VALUE);
        var conditions = new Contender.Conditions(
                limited,
                terms.config(),
                terms.capacities().of(attempt),
                method.cut().recomputation(),
                optimizing.adamW(arguments.running().seed()),
                optimizing.maxGradNorm());
        try (var contender = new Contender(method.name(), method.selection(), conditions, base)) {
            long held = backend.memory().total();
            for (int step = 0; step < steps; step++) contender.step(cut.window(step), cut.learningRate(step));
            return new Block(contender.steps(), held);
        }
    }

    private static List<List<Contender.Step>> steps(List<Block> blocks) {
        return blocks.stream().map(Block::steps).toList();
    }

    private static EqualMemory.Training training(MethodWithin method, List<Block> blocks) {
        var cut = method.cut();
        return new EqualMemory.Training(
                cut.rows(),
                cut.batches(),
                cut.recomputation().name().toLowerCase(Locale.ROOT),
                blocks.isEmpty() ? cut.bytes() : blocks.getFirst().bytes(),
                method.missing(),
                method.ways(),
                StepTimes.of(steps(blocks)));
    }
}
