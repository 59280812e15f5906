package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Arenas, the ledger, and measuring. */
class MemoryTest {
    private final Backend backend = CpuBackend.open(1);

    @AfterEach
    void closeWithNothingHeld() {
        assertThat(backend.memory().total()).isZero();
        backend.close();
    }

    @Test
    void arenaHandsOutAlignedZeroedDisjointTensors() {
        try (var arena = new DeviceArena(backend, MemoryCategory.WEIGHTS, 256 * 3)) {
            var a = arena.floats(3, 5); // 60 bytes
            var b = arena.allocate(DType.BF16, 64);
            var c = arena.ints(64);
            assertThat(a.memory().address() % Allocator.ALIGNMENT).isZero();
            assertThat(b.memory().address() - a.memory().address()).isEqualTo(256);
            assertThat(c.memory().address() - b.memory().address()).isEqualTo(256);
            assertThat(backend.download(a).toFloats()).hasSize(15).containsOnly(0);
        }
    }

    @Test
    void tooLargeAllocationErrorSaysHowMuchIsFree() {
        try (var arena = new DeviceArena(backend, MemoryCategory.GRADIENTS, 512)) {
            arena.floats(1);
            assertThatThrownBy(() -> arena.floats(65))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("GRADIENTS", "512", "256", "260");
            assertThat(arena.floats(64).elements())
                    .as("the rest is still there")
                    .isEqualTo(64);
            assertThatThrownBy(() -> arena.floats(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void emptyTensorsNeedNoMemory() {
        assertThat(Measure.of(DType.F32, a -> a.floats(0, 7))).isZero();
        try (var arena = new DeviceArena(backend, MemoryCategory.LOGITS, 0)) {
            assertThat(arena.floats(0, 7).elements()).isZero();
        }
    }

    @Test
    void measuredBytesAreExactlyEnough() {
        Function<Allocator, Tensor> layout = a -> {
            a.floats(3);
            a.ints(1000);
            a.allocate(DType.BF16, 5, 129);
            return a.floats(64);
        };
        long bytes = Measure.of(DType.F32, a -> {
            var _ = layout.apply(a);
        });
        assertThat(bytes).isEqualTo(256 + 4096 + 1536 + 256);
        try (var arena = new DeviceArena(backend, MemoryCategory.ACTIVATIONS, bytes)) {
            layout.apply(arena);
            assertThatThrownBy(() -> arena.floats(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shapesBeyondALongAreErrorsBeforeAnythingIsAllocated() {
        assertThatThrownBy(() -> Measure.of(DType.F32, a -> a.floats(1L << 40, 1L << 40)))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Measure.of(DType.F32, a -> a.floats(1L << 62)))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Measure.of(DType.F32, a -> a.floats(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ledgerCountsByCategoryAndKeepsThePeak() {
        var ledger = backend.memory();
        try (var weights = new DeviceArena(backend, MemoryCategory.WEIGHTS, 1024)) {
            try (var logits = new DeviceArena(backend, MemoryCategory.LOGITS, 4096)) {
                assertThat(ledger.total()).isEqualTo(1024 + 4096);
                assertThat(ledger.held())
                        .containsEntry(MemoryCategory.WEIGHTS, 1024L)
                        .containsEntry(MemoryCategory.LOGITS, 4096L);
            }
            try (var moments = new DeviceArena(backend, MemoryCategory.MOMENTS, 2048)) {
                assertThat(ledger.held())
                        .containsEntry(MemoryCategory.MOMENTS, 2048L)
                        .containsEntry(MemoryCategory.LOGITS, 0L);
            }
        }
        assertThat(ledger.peak()).isEqualTo(5120);
        assertThat(ledger.atPeak())
                .containsEntry(MemoryCategory.LOGITS, 4096L)
                .containsEntry(MemoryCategory.MOMENTS, 0L);
        assertThat(ledger.held().values()).containsOnly(0L);
    }

    @Test
    void closedArenaRefusesAllocationsAndFreesOnce() {
        var arena = new DeviceArena(backend, MemoryCategory.WEIGHTS, 1024);
        arena.close();
        arena.close();
        assertThat(backend.memory().total()).isZero();
        assertThatThrownBy(() -> arena.floats(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("WEIGHTS", "closed");
    }

    @Test
    void memoryIsGivenBackOnce() {
        var block = backend.allocate(MemoryCategory.WEIGHTS, 100);
        backend.free(MemoryCategory.WEIGHTS, block);
        assertThatThrownBy(() -> backend.free(MemoryCategory.WEIGHTS, block)).isInstanceOf(IllegalStateException.class);
        assertThat(backend.memory().total()).as("a failed free counts nothing").isZero();
    }

    /** Neither a crash of the process nor another tensor's numbers. */
    @Test
    void tensorsOfAClosedArenaAreErrors() {
        var arena = new DeviceArena(backend, MemoryCategory.WEIGHTS, 1 << 20);
        var x = arena.floats(8, 8);
        var y = arena.floats(8, 8);
        arena.close();
        assertThatThrownBy(() -> backend.download(x)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> backend.upload(x, HostTensor.of(Shape.of(64), new float[64])))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> backend.ops().add(y, x, x)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> backend.ops().linearForward(y, x, x)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingABackendThatStillHoldsMemoryNamesTheCategory() {
        var careless = CpuBackend.open(1);
        var arena = new DeviceArena(careless, MemoryCategory.MOMENTS, 1000);
        assertThatThrownBy(careless::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("MOMENTS", "1000")
                .hasMessageNotContaining("WEIGHTS");
        arena.close();
        careless.close();
    }

    @Test
    void uploadsOfTheWrongSizeOrKindAreErrors() {
        try (var arena = new DeviceArena(backend, MemoryCategory.WEIGHTS, 1024)) {
            var x = arena.floats(4);
            assertThatThrownBy(() -> backend.upload(x, HostTensor.of(Shape.of(3), 1, 2, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("[3]", "[4]");
            assertThatThrownBy(() -> backend.upload(x, HostTensor.of(1, 2, 3, 4)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void gradientIsOverwrittenOnceAStepAndThenAddedTo() {
        try (var arena = new DeviceArena(backend, MemoryCategory.GRADIENTS, 256)) {
            var gradient = new Gradient(arena.floats(1));
            gradient.beginPass(false);
            assertThat(gradient.accumulate()).isFalse();
            assertThat(gradient.accumulate()).isTrue();
            gradient.beginPass(true);
            assertThat(gradient.accumulate()).isTrue();
            gradient.beginPass(false);
            assertThat(gradient.accumulate()).isFalse();
        }
    }

    @Test
    void viewsShareTheirMemory() {
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 1024)) {
            var x = arena.floats(5, 3);
            backend.upload(x.rows(2, 4), HostTensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
            assertThat(backend.download(x).toFloats()).containsExactly(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0);
            assertThat(backend.download(x.as(4, 2)).toFloats()).containsExactly(0, 0, 0, 0, 0, 0, 1, 2);
            assertThat(x.rows(5)).isSameAs(x);
            assertThatThrownBy(() -> x.rows(3, 6)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> x.as(4, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
