package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a training step does on the device: launches, products, copies, waiting are counted by the emulated driver. */
@OnCuda
class LaunchCudaTest {
    /** To nearest, so that a learning rate of 0 changes nothing. */
    private static final AdamWConfig ADAM_W = new AdamWConfig(
            0.9, 0.999, 1e-8, 0.1, 1, new AdamWConfig.Precision(DType.F32, true, Optional.of(Rounding.NEAREST), 0));

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

    private void with(Set<String> trainable, Consumer<TrainingSession> use) {
        var setup = new TrainingSetup(
                model.config(),
                trainable,
                RandomModel.capacity(batch),
                Recomputation.NONE,
                ADAM_W,
                new SupervisedFineTuning());
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Stored(model.source()))) {
            use.accept(session);
        }
    }

    private List<Batch> times(int count) {
        return Collections.nCopies(count, batch);
    }

    /** Products of a step in which these parameters learn. */
    private long products(Set<String> trainable) {
        var products = new long[1];
        with(trainable, session -> {
            session.step(times(1), 1e-3);
            CudaOnCpu.resetCounters();
            session.step(times(1), 1e-3);
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
    void optimizerIsOneLaunch() {
        try (var weights = model.on(backend, model.names());
                var parameters = Parameters.of(backend, weights);
                var adamW = new AdamW(backend, parameters, ADAM_W)) {
            adamW.beginStep(1e-3);
            CudaOnCpu.resetCounters();
            adamW.update();
            assertThat(CudaOnCpu.count("launches:adamw_f32")).isEqualTo(1);
            assertThat(CudaOnCpu.count("launches:gradient_norm_partial")).isEqualTo(1);
            assertThat(CudaOnCpu.count("launches:gradient_norm_sum")).isEqualTo(1);
            assertThat(CudaOnCpu.count("launches")).isEqualTo(3);
        }
    }

    /** One block for each category and owner, however many tensors: the driver's own rounding and bookkeeping stay small. */
    @Test
    @OnCudaOnCpu
    void memoryIsOneAllocationACategory() {
        CudaOnCpu.resetCounters();
        with(model.names(), _ -> {
            assertThat(CudaOnCpu.count("allocations"))
                    .as(
                            "weights, gradients, moments, masters, activations, logits, and working memory of model and optimizer")
                    .isEqualTo(8);
        });
    }

    /** Several batches and the optimizer are queued without waiting; the losses and the norm are fetched once, at the end. */
    @Test
    @OnCudaOnCpu
    void hostDoesNotWaitInsideAStep() {
        with(model.names(), session -> {
            session.step(times(1), 1e-3); // tables are uploaded, kernels looked up
            CudaOnCpu.resetCounters();
            var asked = new AtomicBoolean();
            session.step(session.batches(times(3)), 1e-3, () -> {
                asked.set(true);
                assertThat(CudaOnCpu.count("launches:adamw_f32"))
                        .as("the update is queued")
                        .isEqualTo(1);
                assertThat(CudaOnCpu.count("synchronizations")).isZero();
                assertThat(CudaOnCpu.count("copies:DtoH")).isZero();
                assertThat(CudaOnCpu.count("allocations")).isZero();
                return null;
            });
            assertThat(asked).isTrue();
            assertThat(CudaOnCpu.count("bytes:DtoH")).isEqualTo(8 + 4);
        });
    }

    /** The second pass of a shape is captured, later ones are one launch each and give the bits of the first. */
    @Test
    @OnCudaOnCpu
    void passesOfOneShapeAreCapturedOnce() {
        with(model.names(), session -> {
            double first = session.step(times(1), 0).loss();
            double second = session.step(times(1), 0).loss();
            CudaOnCpu.resetCounters();
            for (int step = 0; step < 4; step++) {
                assertThat(session.step(times(1), 0).loss()).isEqualTo(first).isEqualTo(second);
            }
            assertThat(CudaOnCpu.count("graph launches")).isEqualTo(4);
            assertThat(CudaOnCpu.count("graphs")).isZero();
            assertThat(CudaOnCpu.count("calls:cuLaunchKernel")).isZero();
        });
    }

    /** A later batch of a step adds to the gradients: graphs that overwrite are not used for it. */
    @Test
    void capturedPassesAccumulateLikeOthers() {
        with(model.names(), session -> {
            double once = session.step(times(3), 0).gradNorm();
            for (int step = 1; step < 4; step++) {
                assertThat(session.step(times(3), 0).gradNorm())
                        .as("step " + step)
                        .isEqualTo(once);
            }
        });
    }

    @Test
    void frozenParametersHaveNeitherGradientNorStateOnTheDevice() {
        with(Set.of(ParameterRole.DOWN.parameterName(0)), _ -> {
            long elements = 24 * 40;
            assertThat(backend.memory().held().get(MemoryCategory.GRADIENTS)).isEqualTo(4 * elements);
            assertThat(backend.memory().held().get(MemoryCategory.MASTERS)).isEqualTo(4 * elements);
            assertThat(backend.memory().held().get(MemoryCategory.MOMENTS)).isEqualTo(8 * elements);
        });
    }
}
