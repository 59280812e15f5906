package org.halftune.session;

import org.halftune.backend.Backend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.model.LlamaConfig;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

@OnCuda
class EpisodicStepsCudaTest implements EpisodicSteps {
    private Backend backend;

    @BeforeEach
    void open() {
        CudaDevice.usualOrder();
        backend = CudaBackend.open(0);
    }

    @AfterEach
    void close() {
        backend.close();
        CudaDevice.assertNothingIsHeld();
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public LlamaConfig config() {
        return TestRuns.config(DType.BF16, 8);
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }
}
