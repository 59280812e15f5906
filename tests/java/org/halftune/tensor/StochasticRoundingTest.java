package org.halftune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StochasticRoundingTest {
    private static final StochasticRounding DRAW = StochasticRounding.ofFile(42, 3);

    private static float[] rounded(StochasticRounding draw, long first, float... x) {
        return draw.round(HostTensor.of(Shape.of(x.length), x), first).toFloats();
    }

    private static float[] normal(int n) {
        var random = new Random(1);
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = (float) random.nextGaussian();
        return x;
    }

    @Test
    void meanIsExactAndBothNeighboursOccur() {
        var x = new float[100_000];
        Arrays.fill(x, 1 + 0.3f / 128); // 0.3 of the distance from 1 to the next number
        double mean = 0;
        for (float y : rounded(DRAW, 0, x)) {
            assertThat(y).isIn(1f, 1 + 1f / 128);
            mean += y / x.length;
        }
        assertThat((mean - 1) * 128).isCloseTo(0.3, within(0.006)); // four standard deviations
    }

    @Test
    void bfloat16ValuesKeepTheirBits() {
        var held = new float[] {0, -0f, 1, -1.5f, 1e-40f, 3.3895314e38f};
        for (int i = 0; i < held.length; i++) held[i] = Float.intBitsToFloat(HostTensor.toBfloat16(held[i]) << 16);
        for (int tensor = 0; tensor < 100; tensor++) {
            assertThat(rounded(StochasticRounding.ofFile(1, tensor), 0, held)).containsExactly(held);
        }
    }

    @Test
    void infinityAndNanAreUnchanged() {
        var quiet = Float.intBitsToFloat(0x7f800001); // only low bits: truncated it would be infinity
        var y = rounded(DRAW, 0, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, quiet);
        assertThat(y).containsExactly(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, Float.NaN);
    }

    /** Pieces of any size and in any order give the same bits as the whole tensor. */
    @Test
    void piecesGiveTheBitsOfTheWholeTensor() {
        var x = normal(1003);
        var whole = rounded(DRAW, 0, x);
        for (int size : new int[] {1, 3, 4, 250}) {
            for (int from = 0; from < x.length; from += size) {
                int to = Math.min(x.length, from + size);
                assertThat(rounded(DRAW, from, Arrays.copyOfRange(x, from, to)))
                        .containsExactly(Arrays.copyOfRange(whole, from, to));
            }
        }
    }

    @Test
    void seedTensorStepAndUseChangeTheBits() {
        var x = normal(1000);
        var draws = new StochasticRounding[] {
            DRAW,
            StochasticRounding.ofFile(42L + (1L << 32), 3),
            StochasticRounding.ofFile(43, 3),
            StochasticRounding.ofFile(42, 4),
            StochasticRounding.ofStep(42, 3, 0),
            StochasticRounding.ofStep(42, 3, 1)
        };
        var results = Arrays.stream(draws).map(draw -> rounded(draw, 0, x)).map(Arrays::toString);
        assertThat(results).doesNotHaveDuplicates();
        assertThat(rounded(DRAW, 0, x)).containsExactly(rounded(DRAW, 0, x));
    }
}
