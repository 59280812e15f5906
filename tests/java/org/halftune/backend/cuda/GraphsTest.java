package org.halftune.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.halftune.backend.DeviceArena;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.driver.CudaFailure;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sequence of ops is run, recorded, and replayed. */
@OnCuda
final class GraphsTest {
    private CudaBackend backend;
    private DeviceArena arena;
    private Tensor x;
    private Tensor w;
    private Tensor y;
    private Tensor rounded;
    private int runs;

    @BeforeEach
    void open() {
        CudaDevice.usualOrder();
        backend = CudaBackend.open(0);
        layOut();
    }

    private void layOut() {
        arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 8192);
        x = arena.floats(1, 2);
        w = arena.floats(2, 2);
        y = arena.floats(1, 2);
        rounded = arena.allocate(DType.BF16, 1, 2);
        backend.upload(w, HostTensor.of(Shape.of(2, 2), 1, 1, 1, -1));
    }

    @AfterEach
    void close() {
        arena.close();
        backend.close();
        CudaDevice.usualOrder();
    }

    /** A product, and its conversion. */
    private void ops() {
        runs++;
        backend.ops().linearForward(y, x, w);
        backend.ops().convert(rounded, y);
    }

    private float[] resultOf(float a, float b) {
        backend.upload(x, HostTensor.of(Shape.of(1, 2), a, b));
        backend.replay("key", this::ops);
        return backend.download(rounded).toFloats();
    }

    @Test
    @OnCudaOnCpu
    void firstRunIsEagerSecondIsRecordedLaterOnesAreReplayed() {
        assertThat(resultOf(1, 2)).containsExactly(3, -1);
        assertThat(runs).isEqualTo(1);
        assertThat(resultOf(5, 3)).containsExactly(8, 2);
        assertThat(runs).isEqualTo(2);
        assertThat(CudaOnCpu.count("calls:cuGraphLaunch")).isEqualTo(1);
        assertThat(resultOf(2, 2)).containsExactly(4, 0);
        assertThat(resultOf(0, 1)).containsExactly(1, -1);
        assertThat(runs).isEqualTo(2);
        assertThat(CudaOnCpu.count("calls:cuGraphLaunch")).isEqualTo(3);
    }

    @Test
    void recordingsAreDiscardedWithTheirMemory() {
        resultOf(1, 2);
        resultOf(1, 2);
        new DeviceArena(backend, MemoryCategory.WORKSPACE, 256)
                .close(); // younger than the recording, so it cannot be in it
        resultOf(1, 2);
        assertThat(runs).isEqualTo(2);
        var old = arena;
        layOut();
        old.close();
        assertThat(resultOf(4, 1)).containsExactly(5, 3);
        assertThat(runs).isEqualTo(3);
    }

    /** Two phases, a product in each. */
    private void timed() {
        runs++;
        backend.timeline().enter(Phase.FORWARD);
        backend.ops().linearForward(y, x, w);
        backend.timeline().enter(Phase.OPTIMIZER);
        backend.ops().linearForward(y, x, w);
        backend.timeline().enter(Phase.OTHER);
    }

    /** What was recorded before measuring began tells no times, so it is recorded again. */
    @Test
    void timesAreTakenAnewAtEveryReplay() {
        for (int i = 0; i < 3; i++) backend.replay("timed", this::timed);
        assertThat(runs).isEqualTo(2);
        backend.timeline().drain();
        for (int i = 0; i < 4; i++) {
            backend.replay("timed", this::timed);
            var seconds = backend.timeline().drain();
            assertThat(seconds.get(Phase.FORWARD)).as("run " + i).isPositive();
            assertThat(seconds.get(Phase.OPTIMIZER)).as("run " + i).isPositive();
            assertThat(seconds.get(Phase.CLIP)).as("run " + i).isZero();
        }
        assertThat(runs).isEqualTo(4);
    }

    /** A graph has one set of events: launched twice before the times are read, it would lose the first. */
    @Test
    void graphWithUnreadTimesIsNotReplayed() {
        backend.timeline().drain();
        for (int i = 0; i < 5; i++) backend.replay("timed", this::timed);
        assertThat(runs).as("run, recorded and launched, then run").isEqualTo(5);
        assertThat(backend.timeline().drain().get(Phase.FORWARD)).isPositive();
        backend.replay("timed", this::timed);
        assertThat(runs).isEqualTo(5);
    }

    /** Events of a graph that is forgotten are not asked for their times. */
    @Test
    void timesOfDiscardedGraphAreDiscarded() {
        backend.timeline().drain();
        for (int i = 0; i < 2; i++) backend.replay("timed", this::timed);
        arena.close();
        assertThat(backend.timeline().drain()).isNotEmpty();
        layOut();
    }

    @Test
    void unrepeatableRecordingIsAnErrorAndTheBackendContinues() {
        Runnable reads = () -> {
            ops();
            backend.download(y);
        };
        backend.replay("reads", reads);
        assertThatThrownBy(() -> backend.replay("reads", reads)).hasMessage("download while a CUDA graph is captured");
        assertThat(resultOf(1, 2)).containsExactly(3, -1);
        assertThat(resultOf(1, 2)).containsExactly(3, -1);
    }

    @Test
    @OnCudaOnCpu
    void failureToRecordIsAnError() {
        for (var call : new String[] {
            "cuStreamBeginCapture_v2", "cuStreamEndCapture", "cuGraphInstantiateWithFlags", "cuGraphLaunch"
        }) {
            backend.replay(call, this::ops);
            CudaOnCpu.failCall(call, 1, 901);
            assertThatThrownBy(() -> backend.replay(call, this::ops))
                    .as(call)
                    .isInstanceOf(CudaFailure.class)
                    .hasMessageContaining("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED (901)");
        }
    }

    @Test
    void shapesSeenOncePushNoGraphOut() {
        for (int i = 0; i < 2; i++) backend.replay("graph", this::ops);
        for (int key = 0; key < 100; key++) backend.replay(key, this::ops);
        int before = runs;
        backend.replay("graph", this::ops);
        assertThat(runs).isEqualTo(before);
    }

    @Test
    void oldestRecordingsAreDiscardedForNewOnes() {
        for (int key = 0; key < 30; key++) {
            int k = key;
            for (int i = 0; i < 3; i++) backend.replay(k, this::ops);
        }
        assertThat(runs).isEqualTo(60);
        assertThat(backend.graphs().count()).isEqualTo(24);
    }
}
