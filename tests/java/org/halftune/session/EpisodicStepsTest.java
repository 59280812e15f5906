package org.halftune.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.optim.GradientConstraint.EpisodicMemory;
import org.halftune.tensor.DType;
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
