package org.halftune.pretrained;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FiniteScanTest {
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void agreesWithJavaOnEveryBitPatternAtEveryPosition(DType dtype) {
        var random = new Random(3);
        for (int bits = 0; bits < 65536; bits++) {
            int n = 1 + random.nextInt(9);
            int at = random.nextInt(n);
            byte[] bytes = new byte[2 * n];
            bytes[2 * at] = (byte) bits;
            bytes[2 * at + 1] = (byte) (bits >> 8);
            var tensor = new HostTensor(dtype, Shape.of(n), MemorySegment.ofArray(bytes));
            assertThat(FiniteScan.firstNonFinite(tensor)).isEqualTo(Float.isFinite(tensor.get(at)) ? -1 : at);
        }
    }

    @Test
    void floatsOfEveryExponentAreClassified() {
        for (int exponent = 0; exponent < 256; exponent++) {
            for (int mantissa : new int[] {0, 1, 0x7f_ffff}) {
                for (int sign : new int[] {0, 0x8000_0000}) {
                    float x = Float.intBitsToFloat(sign | exponent << 23 | mantissa);
                    long expected = Float.isFinite(x) ? -1 : 1;
                    assertThat(FiniteScan.firstNonFinite(HostTensor.of(Shape.of(3), 1f, x, -2f)))
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void firstNonFiniteOfALargeTensorIsFound() {
        var values = new float[1_000_003];
        values[1_000_002] = Float.NaN;
        assertThat(FiniteScan.firstNonFinite(HostTensor.of(Shape.of(values.length), values)))
                .isEqualTo(1_000_002);
        values[700_001] = Float.NEGATIVE_INFINITY;
        assertThat(FiniteScan.firstNonFinite(HostTensor.of(Shape.of(values.length), values)))
                .isEqualTo(700_001);
        assertThat(FiniteScan.firstNonFinite(HostTensor.of(Shape.of(0)))).isEqualTo(-1);
    }
}
