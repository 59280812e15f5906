package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every backend has to pass: each op pair against a reference in double. A backend's own test extends this and opens
 * it; the tests are in the interfaces.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OpSuite
        implements RowOps,
                NormOps,
                LinearOps,
                AttentionOps,
                LossOps,
                PreferenceOps,
                OptimizerOps,
                ProjectionOps,
                SamplingOps {
    private Backend backend;

    protected abstract Backend open();

    @BeforeAll
    void openBackend() {
        backend = open();
    }

    @AfterAll
    void closingFreesAllMemory() {
        backend.close();
        assertThat(backend.memory().total()).isZero();
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Test
    void sameOpTwiceGivesTheSameBits() {
        for (var name : EveryOp.ALL.keySet()) {
            assertThat(EveryOp.run(name, backend)).as(name).isEqualTo(EveryOp.run(name, backend));
        }
    }
}
