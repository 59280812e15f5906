package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArena;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.data.Datasets;
import org.halftune.data.Example;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.session.StartingWeights;
import org.halftune.session.StepBatches;
import org.halftune.session.StepResult;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.DType;
import org.halftune.train.input.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An optimizer step on the device as one launch of a graph, while the next batch is copied. */
@OnCuda
class StepCudaTest {
    private final List<Batch> batches = IntStream.range(0, 6)
            .mapToObj(i -> new Random(i).ints(20, 0, 30).toArray())
            .map(ids -> new Rows(Datasets.of(List.of(new Example(ids, ids)))).batch(0))
            .toList();

    @BeforeEach
    @AfterEach
    void usualOrder() {
        CudaDevice.usualOrder();
    }

    private interface Steps {
        void run(List<DeviceArena> older, TrainingSession session);
    }

    private void with(Steps steps) {
        try (var backend = CudaBackend.open(0)) {
            var older = batches.stream()
                    .map(_ -> new DeviceArena(backend, MemoryCategory.WORKSPACE, 256))
                    .toList();
            with(backend, older, steps);
            older.forEach(DeviceArena::close);
        }
    }

    private static void with(Backend backend, List<DeviceArena> older, Steps steps) {
        var config = TestRuns.config(DType.BF16, 8);
        var all = ParameterSpec.all(config).stream().map(ParameterSpec::name).collect(Collectors.toSet());
        var setup = new TrainingSetup(
                config,
                all,
                new Capacity(20, 1),
                Recomputation.NONE,
                new AdamWConfig(0.9, 0.999, 1e-8, 0.1, 1),
                new SupervisedFineTuning());
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Drawn(3))) {
            steps.run(older, session);
        }
    }

    private List<Batch> twice(int batch) {
        return List.of(batches.get(batch), batches.get(batch));
    }

    private static List<Batch> step(Batch... batches) {
        return List.of(batches);
    }

    /** From the third step of a shape on: a graph is launched, whose update finds its rate and number in device memory. */
    @Test
    @OnCudaOnCpu
    void stepIsOneGraph() {
        with((_, session) -> {
            var losses = new ArrayList<Double>();
            for (int i = 0; i < batches.size(); i++) {
                if (i == 2) CudaOnCpu.resetCounters();
                losses.add(session.step(step(batches.get(0)), 1e-2 / (i + 1)).loss());
            }
            assertThat(CudaOnCpu.count("graph launches")).isEqualTo(4);
            assertThat(CudaOnCpu.count("graphs")).isZero();
            assertThat(CudaOnCpu.count("calls:cuLaunchKernel")).isZero();
            assertThat(CudaOnCpu.count("launches:adamw_f32")).isEqualTo(4);
            assertThat(CudaOnCpu.count("copies:HtoD")).as("batch, scalars").isEqualTo(4 * 2);
            assertThat(CudaOnCpu.count("copies:DtoH")).as("losses, norm").isEqualTo(4 * 2);
            assertThat(CudaOnCpu.count("pageable copies")).isZero();
            for (int i = 1; i < losses.size(); i++) assertThat(losses.get(i)).isLessThan(losses.get(i - 1));
        });
    }

    /** Rows of about one length, as real ones are, share a graph. */
    @Test
    @OnCudaOnCpu
    void similarLengthsShareAGraph() {
        with((_, session) -> {
            for (int length = 20; length > 8; length--) {
                if (length == 18) CudaOnCpu.resetCounters();
                var ids = new Random(length).ints(length, 0, 30).toArray();
                session.step(step(new Rows(Datasets.of(List.of(new Example(ids, ids)))).batch(0)), 1e-3);
            }
            assertThat(CudaOnCpu.count("graph launches")).isEqualTo(10);
            assertThat(CudaOnCpu.count("calls:cuLaunchKernel")).isZero();
        });
    }

    /** Recorded or not, prepared or not, and whenever the device gets to work: the same bits. */
    @Test
    void queuedStepsHaveTheSameBits() {
        var eager = new ArrayList<StepResult>();
        with((older, session) -> {
            for (int i = 0; i < batches.size(); i++) {
                eager.add(session.step(twice(i), 1e-2));
                older.get(i).close(); // all that was recorded since is forgotten
            }
        });
        for (var streams : List.of("eager", "late")) {
            if (streams.equals("late")) CudaDevice.lateStreams();
            with((_, session) -> {
                StepBatches next = null;
                for (int i = 0; i < batches.size(); i++) {
                    var following = i + 1 < batches.size() ? session.batches(twice(i + 1)) : null;
                    var result = session.step(next == null ? session.batches(twice(i)) : next, 1e-2, () -> following);
                    assertThat(result.loss())
                            .as(streams + " " + i)
                            .isEqualTo(eager.get(i).loss());
                    assertThat(result.gradNorm()).isEqualTo(eager.get(i).gradNorm());
                    next = following;
                }
            });
        }
    }

    /** The next batch is copied before the host waits for this step, on a stream that does not wait for it either. */
    @Test
    @OnCudaOnCpu
    void nextBatchIsCopiedDuringTheStep() {
        with((_, session) -> {
            session.step(step(batches.get(0)), 1e-2);
            CudaOnCpu.resetCounters();
            var next = session.batches(step(batches.get(1)));
            session.step(session.batches(step(batches.get(0))), 1e-2, () -> {
                assertThat(CudaOnCpu.count("launches:adamw_f32"))
                        .as("the update is queued")
                        .isEqualTo(1);
                assertThat(CudaOnCpu.count("synchronizations")).isZero();
                return next;
            });
            CudaOnCpu.resetCounters();
            session.step(next, 1e-2, () -> null);
            assertThat(CudaOnCpu.count("copies:HtoD"))
                    .as("scalars; the batch was there")
                    .isEqualTo(1);
        });
    }
}
