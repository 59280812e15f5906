package org.halftune.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.halftune.Fixtures;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"gqa-tied", "llama3-rope", "mha-untied", "odd-layers"})
    void fixturesRoundTripBitForBit(String name) throws IOException {
        Path copy = folder.resolve("copy.safetensors");
        try (var original = SafetensorsFile.open(Fixtures.model(name).resolve("model.safetensors"))) {
            SafetensorsWriter.write(copy, original.tensors(), original::get);
            try (var read = SafetensorsFile.open(copy)) {
                assertThat(Files.readString(copy, StandardCharsets.ISO_8859_1))
                        .contains("\"__metadata__\":{\"format\":\"pt\"}");
                assertThat(read.tensors()).containsExactlyInAnyOrderElementsOf(original.tensors());
                for (var tensor : original.tensors())
                    assertSameBits(read.get(tensor.name()), original.get(tensor.name()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void everyBitPatternRoundTrips(DType dtype) {
        var random = new Random(7);
        byte[] bits = new byte[dtype.bytes() * 300_001]; // more than one piece, and not a multiple of the piece size
        random.nextBytes(bits);
        var tensor = new HostTensor(dtype, Shape.of(300_001), MemorySegment.ofArray(bits));
        Path file = write("x", dtype, tensor);
        try (var read = SafetensorsFile.open(file)) {
            assertSameBits(read.get("x"), tensor);
        }
    }

    @Test
    void dataStartsAtAMultipleOfEight() throws IOException {
        for (int n = 1; n < 10; n++) {
            var tensor = HostTensor.of(Shape.of(n), new float[n]);
            Path file = write("x".repeat(n), DType.F32, tensor);
            long length = MemorySegment.ofArray(Files.readAllBytes(file)).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
            assertThat(length % 8).isZero();
            assertThat(Files.size(file)).isEqualTo(8 + length + 4L * n);
        }
    }

    @Test
    void wideTypesComeFirstSoThatAllTensorsAreAligned() {
        var tensors =
                List.of(new TensorInfo("odd", DType.BF16, Shape.of(3)), new TensorInfo("wide", DType.F32, Shape.of(1)));
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(
                file,
                tensors,
                name -> HostTensor.of(
                        name.equals("odd") ? Shape.of(3) : Shape.of(1),
                        name.equals("odd") ? new float[3] : new float[1]));
        try (var read = SafetensorsFile.open(file)) {
            assertThat(read.tensors()).extracting(TensorInfo::name).containsExactly("wide", "odd");
        }
    }

    @Test
    void narrowingRoundsToNearestEven() {
        float[] values = {
            1.0f,
            Float.intBitsToFloat(0x3f80_8000), // half way, even below
            Float.intBitsToFloat(0x3f81_8000), // half way, even above
            Float.intBitsToFloat(0x3f80_8001),
            -0.0f,
            Float.MIN_VALUE,
            65504f
        };
        Path bf16 = write("x", DType.BF16, HostTensor.of(Shape.of(values.length), values));
        try (var read = SafetensorsFile.open(bf16)) {
            int[] expected = {0x3f80, 0x3f80, 0x3f82, 0x3f81, 0x8000, 0, 0x4780};
            for (int i = 0; i < expected.length; i++) {
                assertThat(Float.floatToRawIntBits(read.get("x").get(i)) >>> 16).isEqualTo(expected[i]);
            }
        }
        Path f16 = write("x", DType.F16, HostTensor.of(Shape.of(3), 1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 65504f));
        try (var read = SafetensorsFile.open(f16)) {
            assertThat(read.get("x").toFloats()).containsExactly(1f, 1 + 0x1p-9f, 65504f);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void wideningThenNarrowingIsTheIdentity(DType dtype) {
        byte[] bits = new byte[2 * 65536];
        for (int i = 0; i < 65536; i++) {
            bits[2 * i] = (byte) i;
            bits[2 * i + 1] = (byte) (i >> 8);
        }
        var all = new HostTensor(dtype, Shape.of(65536), MemorySegment.ofArray(bits));
        Path wide = write("x", DType.F32, all);
        try (var widened = SafetensorsFile.open(wide)) {
            Path narrow = write("x", dtype, widened.get("x"));
            try (var back = SafetensorsFile.open(narrow)) {
                for (int i = 0; i < 65536; i++) {
                    float expected = all.get(i);
                    if (Float.isNaN(expected)) assertThat(back.get("x").get(i)).isNaN();
                    else assertThat(back.get("x").get(i)).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void valueTooLargeForTheTypeIsAnErrorAndLeavesNoFile() throws IOException {
        var tensor = HostTensor.of(Shape.of(2), 1f, 70_000f);
        assertThatThrownBy(() -> write("w", DType.F16, tensor))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("w has the value 70000.0 at element 1, which is too large for F16");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void filesOverTwoGigabytesAreMapped() throws IOException {
        // Sparse: takes no disk space. The offset of the last element exceeds an int.
        long elements = (1L << 29) + 10;
        String header = "{" + Bytes.entry("x", "F32", "[" + elements + "]", "[0," + 4 * elements + "]") + "}";
        Path file = folder.resolve("large.safetensors");
        byte[] head = Bytes.file(header, 0);
        Files.write(file, head);
        try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.position(head.length + 4 * elements - 4);
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f}));
        }
        try (var read = SafetensorsFile.open(file)) {
            assertThat(read.get("x").get(elements - 1)).isEqualTo(1f);
            assertThat(read.get("x").get(elements - 2)).isZero();
        }
    }

    private Path write(String name, DType dtype, HostTensor tensor) {
        Path file = folder.resolve(dtype + ".safetensors");
        SafetensorsWriter.write(file, List.of(new TensorInfo(name, dtype, tensor.shape())), _ -> tensor);
        return file;
    }

    private static void assertSameBits(HostTensor actual, HostTensor expected) {
        assertThat(actual.dtype()).isEqualTo(expected.dtype());
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
    }
}
