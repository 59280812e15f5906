package org.halftune.study;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.halftune.backend.Backend;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightSource;
import org.halftune.model.Weights;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;

/** Computes cells on one backend, one after the other. Each begins with the base model's weights. */
final class CellTraining {
    private final Backend backend;
    private final LlamaConfig config;
    private final WeightSource base;
    private final Recomputation recomputation;
    private final BooleanSupplier stopped;
    private final IntConsumer stepped;

    /**
     * @param stopped asked before each step and each suite; true ends the cell without a result
     * @param stepped receives the number of steps done since the last call
     */
    CellTraining(
            Backend backend,
            LlamaConfig config,
            WeightSource base,
            Recomputation recomputation,
            BooleanSupplier stopped,
            IntConsumer stepped) {
        this.backend = backend;
        this.config = config;
        this.base = base;
        this.recomputation = recomputation;
        this.stopped = stopped;
        this.stepped = stepped;
    }

    /** Thrown when the study was stopped before the cell ended. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("the study was stopped", null, false, false);
        }
    }

    /** Trains and scores a cell. */
    Finished run(Cell cell) {
        long begin = System.nanoTime();
        return switch (cell) {
            case Cell.Base of -> base(of, begin);
            case Cell.Sft of -> sft(of, begin);
        };
    }

    private Finished base(Cell.Base cell, long begin) {
        try (var weights = Weights.load(backend, config, Set.of(), base);
                var parameters = Parameters.forInference(backend, weights)) {
            return finished(cell, score(cell, parameters), Double.NaN, begin);
        }
    }

    private Finished sft(Cell.Sft cell, long begin) {
        var plan = cell.plan();
        var arguments = plan.arguments();
        var setup = new TrainingSetup(
                config,
                cell.selection().trainable(),
                plan.capacity(),
                recomputation,
                arguments.optimizing().adamW(arguments.running().seed()),
                new SupervisedFineTuning());
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Stored(base))) {
            double loss = Double.NaN;
            for (int step = 0; step < plan.totalSteps(); step++) {
                requireGoing();
                loss = session.step(plan.batches(step), plan.learningRate(step)).loss();
                if (!Double.isFinite(loss)) {
                    stepped.accept(plan.totalSteps() - step);
                    return new Finished(cell.key(), cell.title(), true, Map.of(), Double.NaN, seconds(begin));
                }
                stepped.accept(1);
            }
            try (var parameters = session.inference()) {
                return finished(cell, score(cell, parameters), loss, begin);
            }
        }
    }

    private Map<String, Marks> score(Cell cell, Parameters parameters) {
        var marks = new LinkedHashMap<String, Marks>();
        for (var suite : cell.suites()) {
            requireGoing();
            marks.put(suite.name(), suite.score(new Suite.Model(backend, parameters)));
        }
        return marks;
    }

    private void requireGoing() {
        if (stopped.getAsBoolean()) throw new Stopped();
    }

    private static Finished finished(Cell cell, Map<String, Marks> marks, double loss, long begin) {
        return new Finished(cell.key(), cell.title(), false, marks, loss, seconds(begin));
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) * 1e-9;
    }
}
