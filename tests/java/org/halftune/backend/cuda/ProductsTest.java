package org.halftune.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.halftune.backend.DeviceArena;
import org.halftune.backend.Gradient;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.driver.CudaFailure;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The three products through both providers of cuBLAS. What every op must compute is in the suite of all backends. */
@OnCudaOnCpu
final class ProductsTest {
    private static final List<String> PROVIDERS = Emulated.CUBLAS;
    private static final int T = 5, I = 7, O = 3;

    @BeforeEach
    void reset() {
        CudaOnCpu.reset();
    }

    private static Tensor random(CudaBackend backend, DeviceArena arena, DType type, int rows, int columns) {
        var random = new Random(rows * 100L + columns);
        var values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        var tensor = arena.allocate(type, rows, columns);
        backend.upload(tensor, HostTensor.of(Shape.of(rows, columns), values));
        return tensor;
    }

    private static void assertClose(float[] actual, double[] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++)
            assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance));
    }

    @ParameterizedTest
    @FieldSource("PROVIDERS")
    void threeProductsOfALayer(String library) {
        try (var backend = CudaBackend.open(0, Emulated.ANY_IMAGE, library);
                var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 1 << 16)) {
            var x = random(backend, arena, DType.BF16, T, I);
            var w = random(backend, arena, DType.BF16, O, I);
            float[] xs = backend.download(x).toFloats(),
                    ws = backend.download(w).toFloats();

            var y = arena.floats(T, O);
            backend.ops().linearForward(y, x, w);
            var expected = new double[T * O];
            for (int t = 0; t < T; t++) {
                for (int o = 0; o < O; o++) {
                    for (int i = 0; i < I; i++) expected[t * O + o] += xs[t * I + i] * ws[o * I + i];
                }
            }
            assertClose(backend.download(y).toFloats(), expected, 1e-5);

            var dy = random(backend, arena, DType.BF16, T, O);
            float[] dys = backend.download(dy).toFloats();
            var dx = arena.floats(T, I);
            backend.ops().linearBackwardInput(dx, dy, w);
            var dxs = new double[T * I];
            for (int t = 0; t < T; t++) {
                for (int i = 0; i < I; i++) {
                    for (int o = 0; o < O; o++) dxs[t * I + i] += dys[t * O + o] * ws[o * I + i];
                }
            }
            assertClose(backend.download(dx).toFloats(), dxs, 1e-5);

            var dw = new Gradient(arena.floats(O, I));
            backend.ops().linearBackwardWeight(dw, dy, x);
            backend.ops().linearBackwardWeight(dw, dy, x);
            var dws = new double[O * I];
            for (int o = 0; o < O; o++) {
                for (int i = 0; i < I; i++) {
                    for (int t = 0; t < T; t++) dws[o * I + i] += 2 * dys[t * O + o] * xs[t * I + i];
                }
            }
            assertClose(backend.download(dw.tensor()).toFloats(), dws, 1e-5);
        }
    }

    @ParameterizedTest
    @FieldSource("PROVIDERS")
    void columnsOfAWiderTensorAreFactorsAndProducts(String library) {
        try (var backend = CudaBackend.open(0, Emulated.ANY_IMAGE, library);
                var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 1 << 16)) {
            var wide = random(backend, arena, DType.F32, T, I + 4);
            var w = random(backend, arena, DType.F32, O, I);
            var dense = arena.floats(T, I);
            var cut = new float[T * I];
            var all = backend.download(wide).toFloats();
            for (int t = 0; t < T; t++) System.arraycopy(all, t * (I + 4) + 2, cut, t * I, I);
            backend.upload(dense, HostTensor.of(Shape.of(T, I), cut));

            var expected = arena.floats(T, O);
            backend.ops().linearForward(expected, dense, w);
            var result = arena.floats(T, O + 6);
            backend.ops().linearForward(result.columns(3, 3 + O), wide.columns(2, 2 + I), w);
            float[] small = backend.download(expected).toFloats(),
                    big = backend.download(result).toFloats();
            for (int t = 0; t < T; t++) {
                for (int o = 0; o < O + 6; o++) {
                    boolean inside = o >= 3 && o < 3 + O;
                    assertThat(big[t * (O + 6) + o]).isEqualTo(inside ? small[t * O + o - 3] : 0);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("PROVIDERS")
    void withoutTokensGradientIsZeroOrUnchanged(String library) {
        try (var backend = CudaBackend.open(0, Emulated.ANY_IMAGE, library);
                var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 1 << 16)) {
            var x = random(backend, arena, DType.BF16, T, I);
            var dy = random(backend, arena, DType.BF16, T, O);
            var dw = new Gradient(random(backend, arena, DType.F32, O, I));
            backend.ops().linearBackwardWeight(dw, dy.rows(0), x.rows(0));
            assertThat(backend.download(dw.tensor()).toFloats()).containsOnly(0);
            backend.ops().linearBackwardWeight(dw, dy, x);
            var once = backend.download(dw.tensor()).toFloats();
            backend.ops().linearBackwardWeight(dw, dy.rows(0), x.rows(0));
            assertThat(backend.download(dw.tensor()).toFloats()).isEqualTo(once);
            backend.ops().linearForward(arena.floats(0, O), x.rows(0), random(backend, arena, DType.BF16, O, I));
        }
    }

    @ParameterizedTest
    @FieldSource("PROVIDERS")
    void failureNamesCallShapeAndStatus(String library) {
        try (var backend = CudaBackend.open(0, Emulated.ANY_IMAGE, library);
                var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 1 << 16)) {
            var x = random(backend, arena, DType.BF16, T, I);
            var w = random(backend, arena, DType.BF16, O, I);
            var y = arena.floats(T, O);
            CudaOnCpu.failCall("cublasGemmEx", 1, 13);
            assertThatThrownBy(() -> backend.ops().linearForward(y, x, w))
                    .isInstanceOf(CudaFailure.class)
                    .hasMessageContaining("cublasGemmEx [m 3, n 5, k 7]: CUBLAS_STATUS_EXECUTION_FAILED (13)");
        }
    }

    @ParameterizedTest
    @FieldSource("PROVIDERS")
    void detailsSayWhichCublasWasFoundWhere(String library) {
        try (var backend = CudaBackend.open(0, Emulated.ANY_IMAGE, library)) {
            assertThat(backend.details()).contains(library);
        }
    }
}
