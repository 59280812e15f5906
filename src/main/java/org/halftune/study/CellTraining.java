package org.halftune.study;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.halftune.backend.Backend;
import org.halftune.continual.ContinualListener;
import org.halftune.continual.ContinualOutcome;
import org.halftune.continual.ContinualRun;
import org.halftune.generate.LoadedModel;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightSource;
import org.halftune.model.Weights;
import org.halftune.report.study.Observation;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;
import org.halftune.train.StopSignal;

/** Computes cells on one backend, one after the other. Each begins with the base model's weights. */
final class CellTraining {
    private final Backend backend;
    private final LlamaConfig config;
    private final WeightSource base;
    private final Recomputation recomputation;
    private final Path models;
    private final BooleanSupplier stopped;
    private final StopSignal stop;
    private final IntConsumer stepped;

    /**
     * @param models folder for the models of sequences, which exist until their cell is finished
     * @param stopped asked before each step and each suite; true ends the cell without a result
     * @param stop ends a sequence, which a later run continues
     * @param stepped receives the number of steps done since the last call
     */
    CellTraining(
            Backend backend,
            LlamaConfig config,
            WeightSource base,
            Recomputation recomputation,
            Path models,
            BooleanSupplier stopped,
            StopSignal stop,
            IntConsumer stepped) {
        this.backend = backend;
        this.config = config;
        this.base = base;
        this.recomputation = recomputation;
        this.models = models;
        this.stopped = stopped;
        this.stop = stop;
        this.stepped = stepped;
    }

    /** Thrown when the study was stopped before the cell ended. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("the study was stopped", null, false, false);
        }
    }

    /**
     * Trains and scores cells that share a training.
     *
     * @param done receives each cell when it is scored
     */
    void run(List<Cell> cells, BiConsumer<Cell, Finished> done) {
        long begin = System.nanoTime();
        switch (cells.getFirst()) {
            case Cell.Base of -> done.accept(of, base(of, begin));
            case Cell.Sequence of -> done.accept(of, sequence(of, begin));
            case Cell.Single of -> single(of, cells, done, begin);
        }
    }

    private Finished base(Cell.Base cell, long begin) {
        return finished(cell, scoreOf(base, cell), Map.of(), Double.NaN, begin);
    }

    private void single(Cell.Single first, List<Cell> cells, BiConsumer<Cell, Finished> done, long begin) {
        var plan = first.stage().prepared(first.plan(), backend, config, base, _ -> {});
        var arguments = plan.arguments();
        var setup = new TrainingSetup(
                config,
                first.selection().trainable(),
                plan.capacity(),
                recomputation,
                arguments.optimizing().adamW(arguments.running().seed()),
                first.stage().objective(config, base));
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Stored(base))) {
            double loss = Double.NaN;
            for (int step = 0; step < plan.totalSteps(); step++) {
                requireGoing();
                loss = session.step(plan.batches(step), plan.learningRate(step)).loss();
                stepped.accept(1);
                if (Double.isFinite(loss)) continue;
                stepped.accept(plan.totalSteps() - step - 1);
                for (var cell : cells) done.accept(cell, diverged(cell, begin));
                return;
            }
            for (var cell : cells) {
                var marks = cell instanceof Cell.Single of && !of.reset().isEmpty()
                        ? scoreOf(reset(session, of), cell)
                        : score(session, cell);
                done.accept(cell, finished(cell, marks, Map.of(), loss, begin));
            }
        }
    }

    /** The trained weights, but the base model's where the cell resets. */
    private WeightSource reset(TrainingSession session, Cell.Single cell) {
        return name -> cell.reset().contains(name) ? base.get(name) : copy(session.weight(name));
    }

    private static HostTensor copy(TensorStream tensor) {
        long bytes = tensor.shape().elements() * tensor.dtype().bytes();
        var copy = Arena.ofAuto().allocate(bytes, Long.BYTES);
        long[] at = {0};
        tensor.<RuntimeException>forEachPiece(piece -> {
            MemorySegment.copy(piece.data(), 0, copy, at[0], piece.data().byteSize());
            at[0] += piece.data().byteSize();
        });
        return new HostTensor(tensor.dtype(), tensor.shape(), copy);
    }

    /** Models of the rounds are on disk until the cell is finished; a killed cell continues with them. */
    private Finished sequence(Cell.Sequence cell, long begin) {
        var folder = models.resolve(cell.key());
        var options = cell.rounds().apply(folder);
        var outcome = new ContinualRun(options, backend, new ContinualListener() {}, stop).run();
        if (!(outcome instanceof ContinualOutcome.Finished sequence)) throw new Stopped();
        stepped.accept(cell.steps());
        try (var model = LoadedModel.open(
                backend, options.rounds().getLast().arguments().saving().outputFolder())) {
            var marks = score(cell, model.parameters());
            double transfer = sequence.scores().backward();
            Map<String, Double> figures =
                    Double.isNaN(transfer) ? Map.of() : Map.of(Observation.BACKWARD_TRANSFER, transfer);
            var result = finished(cell, marks, figures, Double.NaN, begin);
            Folders.delete(folder);
            return result;
        }
    }

    private Map<String, Marks> score(TrainingSession session, Cell cell) {
        try (var parameters = session.inference()) {
            return score(cell, parameters);
        }
    }

    private Map<String, Marks> scoreOf(WeightSource source, Cell cell) {
        try (var weights = Weights.load(backend, config, Set.of(), source);
                var parameters = Parameters.forInference(backend, weights)) {
            return score(cell, parameters);
        }
    }

    private Map<String, Marks> score(Cell cell, Parameters parameters) {
        var marks = new LinkedHashMap<String, Marks>();
        for (var suite : cell.suites()) {
            requireGoing();
            marks.put(suite.name(), suite.score(new Suite.Model(backend, parameters, base)));
        }
        return marks;
    }

    private void requireGoing() {
        if (stopped.getAsBoolean()) throw new Stopped();
    }

    private static Finished finished(
            Cell cell, Map<String, Marks> marks, Map<String, Double> figures, double loss, long begin) {
        return new Finished(cell.key(), cell.title(), false, marks, figures, loss, seconds(begin));
    }

    private static Finished diverged(Cell cell, long begin) {
        return new Finished(cell.key(), cell.title(), true, Map.of(), Map.of(), Double.NaN, seconds(begin));
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) * 1e-9;
    }
}
