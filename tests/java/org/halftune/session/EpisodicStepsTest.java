package org.halftune.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.optim.GradientConstraint.EpisodicMemory;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.train.TestRuns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpisodicStepsTest implements EpisodicSteps {
    private final Backend backend = CpuBackend.open(2);

    @AfterEach
    void nothingIsHeldAtTheEnd() {
        backend.close();
        assertThat(backend.memory().total()).isZero();
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public LlamaConfig config() {
        return TestRuns.config(DType.F32, 8);
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    /**
     * By finite differences along −g̃: the loss of a memory that g violates stands still, that of no memory rises, and the task's falls
     * by |g̃|², since g̃ is g without a part that is orthogonal to it.
     */
    @Test
    void projectedStepRaisesNoMemorysLoss() {
        for (var trainable : List.of(only(_ -> true), half())) {
            var setup = setup(trainable, Recomputation.NONE, 2, 0);
            var trained = train(setup, 1, List.of(TASK), List.of(List.of(OPPOSED), List.of(OTHER)));
            assertThat(trained.results().getFirst().figures()).containsEntry(TrainingSession.PROJECTED, 1.0);
            double step = 1e-3;
            var before = losses(trained, 0);
            var after = losses(trained, step);
            double square = Arrays.stream(trained.gradient()).map(x -> x * x).sum();
            assertThat((before[0] - after[0]) / step).as("task").isCloseTo(square, withinPercentage(3));
            assertThat((after[1] - before[1]) / step).as("opposed").isCloseTo(0, within(0.03 * square));
            assertThat((after[2] - before[2]) / step).as("other").isLessThan(0.03 * square);
        }
    }

    /** Mean losses of the task and both memories, {@code step} along the gradient down from the weights that training began with. */
    private double[] losses(Trained trained, double step) {
        var weights = new HashMap<String, HostTensor>();
        var setup = setup(only(_ -> true), Recomputation.NONE, 0, 0);
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Drawn(3))) {
            for (var spec : ParameterSpec.all(config())) {
                session.weight(spec.name()).<RuntimeException>forEachPiece(piece -> {
                    var moved = piece.toFloats();
                    var moment = trained.state().get("exp_avg." + spec.name());
                    if (moment != null)
                        for (int i = 0; i < moved.length; i++) moved[i] -= (float) (step * moment[i] / 0.1);
                    weights.put(spec.name(), HostTensor.of(spec.shape(), moved));
                });
            }
        }
        var start = new StartingWeights.Stored(name -> Objects.requireNonNull(weights.get(name)));
        try (var session = TrainingSession.open(backend, setup, start)) {
            return Stream.of(TASK, OPPOSED, OTHER)
                    .map(session::evaluate)
                    .mapToDouble(loss -> loss.sum() / loss.tokens())
                    .toArray();
        }
    }

    @Test
    void sessionAsksForItsMemories() {
        var setup = new TrainingSetup(
                config(),
                Set.of("model.norm.weight"),
                new Capacity(16, 4),
                Recomputation.NONE,
                new AdamWConfig(0.9, 0.999, 1e-8, 0, 0),
                new SupervisedFineTuning(),
                new EpisodicMemory(2, 0.5));
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Drawn(3))) {
            assertThatThrownBy(() -> session.batches(List.of(TASK), List.of(List.of(OTHER))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("1 memories, the session has room for 2");
        }
    }
}
