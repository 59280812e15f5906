package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a training step does on the device: launches, products, copies, waiting are counted by the emulated driver. */
@OnCuda
class LaunchCudaTest {
    private static final AdamWConfig ADAM_W = new AdamWConfig(0.9, 0.999, 1e-8, 0.1);

    private Backend backend;
    private final RandomModel model = RandomModel.small(false, new Random(1));
    private final Batch batch = model.batch(new Random(1), 2, 40);

    @BeforeEach
    void open() {
        CudaDevice.usualOrder();
        backend = CudaBackend.open(0);
    }

    @AfterEach
    void close() {
        backend.close();
        CudaDevice.assertNothingIsHeld();
        CudaDevice.usualOrder();
    }

    private interface Step {
        void run(Llama llama, AdamW adamW);
    }

    private void with(Set<String> trainable, Step step) {
        try (var weights = model.on(backend, trainable);
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, RandomModel.capacity(batch), Recomputation.NONE);
                var adamW = new AdamW(backend, parameters, ADAM_W)) {
            step.run(llama, adamW);
        }
    }

    private void train(Llama llama, AdamW adamW) {
        adamW.beginStep(1e-3, 1);
        llama.accumulate(batch, 1.0 / batch.labelledCount());
        adamW.update();
    }

    /** Products of a step in which these parameters learn. */
    private long products(Set<String> trainable) {
        var products = new long[1];
        with(trainable, (llama, adamW) -> {
            train(llama, adamW);
            backend.synchronize();
            CudaOnCpu.resetCounters();
            train(llama, adamW);
            backend.synchronize();
            products[0] = CudaOnCpu.count("products");
        });
        return products[0];
    }

    @Test
    @OnCudaOnCpu
    void frozenMatricesCostNoProduct() {
        var all = model.names();
        long full = products(all);
        // Frozen one after the other, each takes exactly its own weight gradient's product along.
        var frozen = new TreeSet<String>();
        for (var role : new ParameterRole[] {
            ParameterRole.QUERY, ParameterRole.VALUE, ParameterRole.OUTPUT, ParameterRole.UP, ParameterRole.DOWN
        }) {
            frozen.add(role.parameterName(1));
            var trainable = model.names();
            trainable.removeAll(frozen);
            assertThat(products(trainable)).as("without " + frozen).isEqualTo(full - frozen.size());
        }
    }

    /** One launch over the trainable segments, and one for their norm. */
    @Test
    @OnCudaOnCpu
    void theOptimizerIsOneLaunch() {
        with(model.names(), (llama, adamW) -> {
            train(llama, adamW);
            CudaOnCpu.resetCounters();
            adamW.update();
            assertThat(CudaOnCpu.count("launches:adamw_f32")).isEqualTo(1);
            assertThat(CudaOnCpu.count("launches:gradient_norm_partial")).isEqualTo(1);
            assertThat(CudaOnCpu.count("launches:gradient_norm_sum")).isEqualTo(1);
            assertThat(CudaOnCpu.count("launches")).isEqualTo(3);
        });
    }

    /** One block for each category and owner, however many tensors: the driver's own rounding and bookkeeping stay small. */
    @Test
    @OnCudaOnCpu
    void memoryIsOneAllocationACategory() {
        CudaOnCpu.resetCounters();
        with(model.names(), (_, _) -> {
            assertThat(CudaOnCpu.count("allocations"))
                    .as(
                            "weights, gradients, moments, masters, activations, logits, and working memory of model and optimizer")
                    .isEqualTo(8);
        });
    }

    /** Several batches and the optimizer are queued without waiting; the losses and the norm are fetched once, at the end. */
    @Test
    @OnCudaOnCpu
    void nothingWaitsInsideAStep() {
        with(model.names(), (llama, adamW) -> {
            train(llama, adamW); // tables are uploaded, kernels looked up
            backend.synchronize();
            CudaOnCpu.resetCounters();
            adamW.beginStep(1e-3, 1);
            for (int i = 0; i < 3; i++) llama.accumulate(batch, 1.0 / (3 * batch.labelledCount()));
            adamW.update();
            assertThat(CudaOnCpu.count("synchronizations")).isZero();
            assertThat(CudaOnCpu.count("copies:DtoH")).isZero();
            assertThat(CudaOnCpu.count("allocations")).isZero();
            llama.takeLosses();
            adamW.gradientNorm();
            assertThat(CudaOnCpu.count("bytes:DtoH")).isEqualTo(8 + 4);
        });
    }

    /** The second pass of a shape is recorded, later ones are one launch each and give the bits of the first. */
    @Test
    @OnCudaOnCpu
    void passesOfOneShapeAreRecordedOnce() {
        with(model.names(), (llama, adamW) -> {
            double first =
                    llama.forwardBackward(batch, 1.0 / batch.labelledCount()).sum();
            adamW.beginStep(1e-3, 1);
            double second =
                    llama.forwardBackward(batch, 1.0 / batch.labelledCount()).sum();
            CudaOnCpu.resetCounters();
            for (int step = 0; step < 4; step++) {
                adamW.beginStep(1e-3, 1);
                assertThat(llama.forwardBackward(batch, 1.0 / batch.labelledCount())
                                .sum())
                        .isEqualTo(first)
                        .isEqualTo(second);
            }
            assertThat(CudaOnCpu.count("graph launches")).isEqualTo(4);
            assertThat(CudaOnCpu.count("graphs")).isZero();
            assertThat(CudaOnCpu.count("calls:cuLaunchKernel")).isZero();
        });
    }

    /** A later batch of a step adds to the gradients: recorded passes that overwrite are not used for it. */
    @Test
    void recordedPassesAccumulateLikeOthers() {
        with(model.names(), (llama, adamW) -> {
            var once = new float[1];
            for (int step = 0; step < 4; step++) {
                adamW.beginStep(0, 0);
                for (int i = 0; i < 3; i++) llama.accumulate(batch, 1.0 / (3 * batch.labelledCount()));
                adamW.update();
                float norm = adamW.gradientNorm();
                if (step == 0) once[0] = norm;
                assertThat(norm).as("step " + step).isEqualTo(once[0]);
            }
        });
    }

    @Test
    void frozenParametersHaveNeitherGradientNorStateOnTheDevice() {
        with(Set.of(ParameterRole.DOWN.parameterName(0)), (llama, adamW) -> {
            long elements = 24 * 40;
            assertThat(backend.memory().held().get(Category.GRADIENTS)).isEqualTo(4 * elements);
            assertThat(backend.memory().held().get(Category.MASTERS)).isEqualTo(4 * elements);
            assertThat(backend.memory().held().get(Category.MOMENTS)).isEqualTo(8 * elements);
        });
    }

    /** A new round gives back everything of the one before and plans anew, on the same weights. */
    @Test
    void aNewRoundFreesAndPlansAnew() {
        try (var weights = model.on(backend)) {
            long before = backend.memory().total();
            for (var names : List.of(
                    Set.of(ParameterRole.DOWN.parameterName(0)), Set.of(ParameterRole.QUERY.parameterName(1)))) {
                weights.select(names);
                try (var parameters = Parameters.of(backend, weights);
                        var llama = new Llama(backend, parameters, RandomModel.capacity(batch), Recomputation.NONE);
                        var adamW = new AdamW(backend, parameters, ADAM_W)) {
                    for (int i = 0; i < 3; i++) train(llama, adamW);
                    assertThat(adamW.gradientNorm()).isPositive();
                }
                assertThat(backend.memory().total()).isEqualTo(before);
            }
        }
    }
}
