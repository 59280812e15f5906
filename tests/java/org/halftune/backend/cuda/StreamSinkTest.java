package org.halftune.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.halftune.backend.DeviceArena;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.MemoryLedger;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.driver.CudaFailure;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.Launch;
import org.halftune.backend.cuda.launch.LaunchCost;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Launches of a kernel whose parameters are (bf16* y, const float* x, long long n). */
@OnCudaOnCpu
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamSinkTest {
    private static final int N = 5;
    private static final String KERNEL = "convert_f32_bf16";
    private static final LaunchCost UNCOUNTED = _ -> Cost.ofMemory(0, 0);

    private CudaBackend backend;
    private DeviceArena arena;
    private Tensor x;
    private Tensor y;

    @BeforeAll
    void open() {
        CudaOnCpu.reset();
        backend = Emulated.open();
        arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4096);
        x = arena.floats(N);
        y = arena.allocate(DType.BF16, N);
        backend.upload(x, HostTensor.of(Shape.of(N), 1, 2, 3, 4, 5));
    }

    @AfterAll
    void close() {
        arena.close();
        backend.close();
    }

    private Launch launch(int gridX, int gridY, int gridZ, int threads, int sharedBytes) {
        return backend.sink().kernel(KERNEL, gridX, gridY, gridZ, threads, sharedBytes);
    }

    @Test
    void argumentsReachTheKernel() {
        long before = backend.launches().getOrDefault(KERNEL, 0L);
        launch(1, 1, 1, 256, 0).tensor(y).tensor(x).i64(N).run(UNCOUNTED);
        assertThat(backend.download(y).toFloats()).containsExactly(1, 2, 3, 4, 5);
        assertThat(backend.launches()).containsEntry(KERNEL, before + 1);
    }

    @Test
    void everyCountAndSizeOfArgumentsIsChecked() {
        assertThatThrownBy(() -> launch(1, 1, 1, 256, 0).tensor(y).tensor(x).run(UNCOUNTED))
                .hasMessage("launch of convert_f32_bf16: it takes 3 arguments, was given 2");
        assertThatThrownBy(() -> launch(1, 1, 1, 256, 0)
                        .tensor(y)
                        .tensor(x)
                        .i64(N)
                        .i32(0)
                        .run(UNCOUNTED))
                .hasMessage("launch of convert_f32_bf16: it takes 3 arguments, was given 4");
        assertThatThrownBy(
                        () -> launch(1, 1, 1, 256, 0).tensor(y).tensor(x).i32(N).run(UNCOUNTED))
                .hasMessage("launch of convert_f32_bf16: argument 2 has 8 bytes, was given 4");
        argumentsReachTheKernel(); // what was abandoned leaves nothing behind
    }

    @Test
    void gridWithoutBlocksIsNotLaunched() {
        CudaOnCpu.resetCounters();
        launch(0, 1, 1, 256, 0).tensor(y).tensor(x).i64(0).run(UNCOUNTED);
        assertThat(CudaOnCpu.count("launches")).isZero();
    }

    @Test
    void tensorOfFreedMemoryIsRefused() {
        var other = new DeviceArena(backend, MemoryCategory.WORKSPACE, 256);
        var gone = other.floats(N);
        other.close();
        assertThatThrownBy(() -> launch(1, 1, 1, 256, 0).tensor(y).tensor(gone))
                .hasMessageContaining("argument 1 was freed");
    }

    @Test
    void failureNamesKernelShapeAndCode() {
        assertThatThrownBy(() ->
                        launch(1, 70_000, 1, 256, 0).tensor(y).tensor(x).i64(N).run(UNCOUNTED))
                .isInstanceOf(CudaFailure.class)
                .hasMessageContaining("convert_f32_bf16<<<(1, 70000, 1), 256, 0 bytes>>>")
                .hasMessageContaining("CUDA_ERROR_INVALID_VALUE (1)");
    }

    @Test
    void blockMayHaveAllSharedMemoryOfTheDeviceAndNoMore() {
        int most = backend.device().sharedBytesPerBlock();
        launch(1, 1, 1, 256, most).tensor(y).tensor(x).i64(N).run(UNCOUNTED);
        assertThat(backend.download(y).toFloats()).containsExactly(1, 2, 3, 4, 5);
        assertThatThrownBy(() -> launch(1, 1, 1, 256, most + 1)
                        .tensor(y)
                        .tensor(x)
                        .i64(N)
                        .run(UNCOUNTED))
                .hasMessageContaining("convert_f32_bf16 asks for " + (most + 1) + " bytes of shared memory");
    }

    @Test
    void unknownKernelIsAnError() {
        assertThatThrownBy(() -> backend.kernels().get("no_such_kernel"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no kernel no_such_kernel");
    }

    @Test
    void threadThatDidNotOpenTheBackendMayUseIt() throws InterruptedException {
        var thread = new Thread(this::argumentsReachTheKernel);
        thread.start();
        thread.join();
        assertThat(backend.download(y).toFloats()).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void ledgerCountsEveryByte() {
        MemoryLedger ledger = backend.memory();
        assertThat(ledger.total()).isEqualTo(backend.ownBytes() + 4096);
    }
}
