package org.halftune.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.halftune.safetensors.Bytes.entry;
import static org.halftune.safetensors.Bytes.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderTest {
    @Test
    void readsTensorsInFileOrderAndMetadata() {
        String json = "{\"__metadata__\":{\"format\":\"pt\"}," + entry("b", "BF16", "[2,3]", "[8,20]") + ","
                + entry("a", "F32", "[]", "[0,4]") + "," + entry("c", "F32", "[0,5]", "[8,8]") + ","
                + entry("d", "F16", "[2]", "[4,8]") + "}   ";
        var header = parse(file(json, 20));
        assertThat(header.metadata()).isEqualTo(Map.of("format", "pt"));
        assertThat(header.tensors()).extracting(t -> t.info().name()).containsExactly("a", "d", "c", "b");
        assertThat(header.tensors().getLast().info()).isEqualTo(new TensorInfo("b", DType.BF16, Shape.of(2, 3)));
        assertThat(header.tensors().getFirst().info().shape().rank()).isZero();
    }

    @Test
    void unsupportedTypesAreListedSeparately() {
        var header = parse(
                file("{" + entry("m", "BOOL", "[3]", "[0,3]") + "," + entry("a", "F32", "[1]", "[3,7]") + "}", 7));
        assertThat(header.tensors()).extracting(t -> t.info().name()).containsExactly("a");
        assertThat(header.foreign()).containsExactly(new ForeignTensor("m", "BOOL", Shape.of(3)));
        assertThatThrownBy(() -> parse(file("{" + entry("m", "I64", "[1]", "[0,8]") + "}", 7)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("ends at byte 8");
    }

    static Stream<Arguments> bad() {
        String good = entry("a", "F32", "[2]", "[0,8]");
        return Stream.of(
                Arguments.of("empty file", new byte[0], "has only 0 bytes"),
                Arguments.of("seven bytes", new byte[7], "has only 7 bytes"),
                Arguments.of("length beyond the file", file(1000, "{}", 0), "1000 bytes, but only 2 bytes follow"),
                Arguments.of("oversized length", file(100_000_001, "{}", 0), "100000001 bytes; the limit is 100000000"),
                Arguments.of("negative length", file(-1, "{}", 0), "18446744073709551615 bytes"),
                Arguments.of("no header", file("", 0), "not a JSON object"),
                Arguments.of("not JSON", file("hello", 0), "not valid JSON"),
                Arguments.of("a list", file("[1]", 0), "not a JSON object"),
                Arguments.of("length cuts the JSON", file(5, "{" + good + "}", 8), "not valid JSON"),
                Arguments.of("twice", file("{" + good + "," + good + "}", 8), "duplicate key"),
                Arguments.of("metadata list", file("{\"__metadata__\":[1]}", 0), "__metadata__ is a list"),
                Arguments.of("metadata number", file("{\"__metadata__\":{\"x\":1}}", 0), "__metadata__.x"),
                Arguments.of("entry is a number", file("{\"a\":1}", 0), "the entry of a is an integer"),
                Arguments.of("no dtype", file("{\"a\":{}}", 0), "a has no dtype"),
                Arguments.of("no shape", file("{\"a\":{\"dtype\":\"F32\"}}", 0), "no shape list"),
                Arguments.of("negative", file("{" + entry("a", "F32", "[-2]", "[0,8]") + "}", 8), "shape [-2]"),
                Arguments.of("fraction", file("{" + entry("a", "F32", "[2.0]", "[0,8]") + "}", 8), "shape [2.0]"),
                Arguments.of(
                        "huge", file("{" + entry("a", "F32", "[99999999999999999999]", "[0,8]") + "}", 8), "shape"),
                Arguments.of(
                        "overflow",
                        file("{" + entry("a", "F32", "[4611686018427387904,4]", "[0,8]") + "}", 8),
                        "too large for a file"),
                Arguments.of("one offset", file("{" + entry("a", "F32", "[2]", "[8]") + "}", 8), "data_offsets [8]"),
                Arguments.of("reversed", file("{" + entry("a", "F32", "[2]", "[8,0]") + "}", 8), "data_offsets [8,0]"),
                Arguments.of(
                        "wrong size",
                        file("{" + entry("a", "F32", "[3]", "[0,8]") + "}", 8),
                        "needs 12 bytes, but its data_offsets [0,8] have 8"),
                Arguments.of("truncated", file("{" + good + "}", 7), "ends at byte 8 of the data, but only 7"),
                Arguments.of("trailing", file("{" + good + "}", 9), "1 byte follows the last tensor, a"),
                Arguments.of(
                        "overlap",
                        file("{" + good + "," + entry("b", "F32", "[1]", "[4,8]") + "}", 8),
                        "b overlaps a: it starts at byte 4, not at 8"),
                Arguments.of(
                        "hole",
                        file("{" + good + "," + entry("b", "F32", "[1]", "[12,16]") + "}", 16),
                        "b leaves a gap after a"),
                Arguments.of(
                        "hole at the begin",
                        file("{" + entry("a", "F32", "[1]", "[4,8]") + "}", 8),
                        "after the header"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void invalidHeaderIsAnErrorThatNamesTheFile(String name, byte[] content, String message) {
        assertThatThrownBy(() -> parse(content))
                .isInstanceOf(InputError.class)
                .hasMessageContaining(message)
                .hasMessageContaining("x.safetensors");
    }

    @Test
    void everyTruncationIsDetected() {
        byte[] whole = file("{" + entry("a", "F32", "[2]", "[0,8]") + "}", 8);
        parse(whole);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> parse(part)).isInstanceOf(InputError.class);
        }
    }

    private static Header parse(byte[] content) {
        return Header.parse(Path.of("x.safetensors"), MemorySegment.ofArray(content));
    }
}
