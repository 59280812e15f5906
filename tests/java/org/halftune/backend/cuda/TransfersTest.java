package org.halftune.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.halftune.backend.DeviceArena;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cuda.driver.Staging;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies on a stream that runs only when the host waits for it, which shows memory that is reused too early. */
@OnCuda
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransfersTest {
    private static final int SLOT = (int) Staging.SLOT_BYTES;

    private CudaBackend backend;

    @BeforeAll
    void open() {
        CudaDevice.usualOrder();
        CudaDevice.lateStreams();
        backend = CudaBackend.open(0);
    }

    @AfterAll
    void close() {
        backend.close();
        CudaDevice.usualOrder();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, SLOT / 4, SLOT / 4 + 1, 12 * SLOT / 4 - 1})
    void downloadReturnsWhatWasUploaded(int n) {
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4L * n)) {
            var tensor = arena.ints(n);
            backend.upload(tensor, HostTensor.of(numbers(n)));
            var back = backend.download(tensor).data().toArray(ValueLayout.JAVA_INT);
            assertThat(back).isEqualTo(numbers(n));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, SLOT / 4, 12 * SLOT / 4 - 1})
    void streamedDownloadReturnsWhatWasUploaded(int n) {
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4L * n)) {
            var tensor = arena.ints(n);
            backend.upload(tensor, HostTensor.of(numbers(n)));
            var back = new int[n];
            int[] done = {0};
            backend.stream(tensor).forEachPiece(piece -> {
                assertThat(piece.data().isNative()).isTrue();
                int count = (int) piece.shape().elements();
                MemorySegment.copy(piece.data(), ValueLayout.JAVA_INT, 0, back, done[0], count);
                done[0] += count;
            });
            assertThat(back).isEqualTo(numbers(n));
        }
    }

    /** A full disk in the middle of an export, for instance. */
    @Test
    void failingReaderLeavesTheNextTransferIntact() {
        int n = 10 * SLOT / 4;
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4L * n)) {
            var tensor = arena.ints(n);
            backend.upload(tensor, HostTensor.of(numbers(n)));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> backend.stream(tensor).<IOException>forEachPiece(_ -> {
                            throw new IOException("full");
                        }))
                        .hasMessage("full");
            }
            assertThat(backend.download(tensor).data().toArray(ValueLayout.JAVA_INT))
                    .isEqualTo(numbers(n));
        }
    }

    /** A copy ahead is taken in stream order, and its buffer is not overwritten before. */
    @Test
    void copiesAheadArriveInOrder() {
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 32 * 1024)) {
            var ahead = arena.ints(1000);
            var current = arena.ints(1000);
            var seen = IntStream.range(0, 5).mapToObj(_ -> arena.ints(1000)).toList();
            if (CudaDevice.isEmulated()) CudaOnCpu.resetCounters();
            for (int i = 0; i < seen.size(); i++) {
                backend.uploadAhead(ahead, HostTensor.of(Arrays.copyOf(numbers(1000 + i), 1000)));
                backend.take(current, ahead);
                backend.ops().copy(seen.get(i), current);
            }
            if (CudaDevice.isEmulated())
                assertThat(CudaOnCpu.count("synchronizations")).isZero();
            for (int i = 0; i < seen.size(); i++) {
                assertThat(backend.download(seen.get(i)).data().toArray(ValueLayout.JAVA_INT))
                        .as("batch " + i)
                        .isEqualTo(Arrays.copyOf(numbers(1000 + i), 1000));
            }
        }
    }

    private static int[] numbers(int n) {
        return new Random(n).ints(n).toArray();
    }

    @ParameterizedTest
    @CsvSource({"F32, F32", "F32, BF16", "BF16, F32", "BF16, BF16", "F16, F32", "F16, BF16"})
    void typesAreConvertedOnTheWay(DType from, DType to) {
        int n = SLOT / 2 + 3; // more than a slot
        var source = halves(from, n);
        try (var arena = new DeviceArena(backend, MemoryCategory.WEIGHTS, 4L * n)) {
            var tensor = arena.allocate(to, n);
            backend.upload(tensor, source);
            assertThat(backend.download(tensor).toFloats()).isEqualTo(source.toFloats());
        }
    }

    /** Numbers that every type holds exactly. */
    private static HostTensor halves(DType type, int n) {
        var data = MemorySegment.ofArray(new byte[n * type.bytes()]);
        for (int i = 0; i < n; i++) {
            float value = (i * 31 % 255 - 127) * 0.5f;
            switch (type) {
                case F32 -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, value);
                case BF16 -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, HostTensor.toBfloat16(value));
                case F16 -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, Float.floatToFloat16(value));
                case I32 -> throw new IllegalArgumentException();
            }
        }
        return new HostTensor(type, Shape.of(n), data);
    }

    @Test
    void sourceMayBeReusedImmediately() {
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 2 * 4096)) {
            var first = arena.ints(100);
            var second = arena.ints(100);
            var source = new int[100];
            var tensor = new HostTensor(DType.I32, Shape.of(100), MemorySegment.ofArray(source));
            Arrays.fill(source, 1);
            backend.upload(first, tensor);
            Arrays.fill(source, 2);
            backend.upload(second, tensor);
            assertThat(backend.download(first).toFloats()).containsOnly(1);
            assertThat(backend.download(second).toFloats()).containsOnly(2);
        }
    }

    @Test
    @OnCudaOnCpu
    void smallUploadsNeverWait() {
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4096)) {
            var tensor = arena.ints(100);
            CudaOnCpu.resetCounters();
            for (int i = 0; i < 1000; i++) backend.upload(tensor, HostTensor.of(numbers(100)));
            assertThat(CudaOnCpu.count("synchronizations")).isZero();
        }
    }

    @Test
    void wrongSizesAndTypesAreRefused() {
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4096)) {
            var floats = arena.floats(4);
            assertThatThrownBy(() -> backend.upload(floats, HostTensor.of(Shape.of(3), 1, 2, 3)))
                    .hasMessageContaining("[3] does not fit F32 [4]");
            assertThatThrownBy(() -> backend.upload(floats, HostTensor.of(1, 2, 3, 4)))
                    .hasMessageContaining("I32 [4] does not fit F32 [4]");
        }
    }

    @Test
    void freshMemoryIsZero() {
        for (int i = 0; i < 3; i++) {
            try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4000)) {
                var tensor = arena.floats(1000);
                assertThat(backend.download(tensor).toFloats()).containsOnly(0);
                backend.upload(tensor, halves(DType.F32, 1000));
            }
        }
    }
}
