package org.halftune.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class LanesTest {

    @Test
    void expIsWithinTwoUlp() {
        var random = new Random(1);
        double worst = 0;
        for (int i = 0; i < 200_000; i++) {
            float x = (float) (random.nextDouble() * 174 - 86);
            double exact = Math.exp(x);
            double error = Math.abs(exp(x) - exact) / Math.ulp((float) exact);
            worst = Math.max(worst, error);
        }
        assertThat(worst).isLessThan(2);
    }

    @Test
    void expOfSpecialValues() {
        assertThat(exp(0)).isEqualTo(1f);
        assertThat(exp(-0f)).isEqualTo(1f);
        assertThat(exp(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
        assertThat(exp(-87)).isEqualTo(0f);
        assertThat(exp(-86)).isGreaterThan(0f);
        assertThat(exp(1000)).isEqualTo(exp(88)).isFinite();
        assertThat(exp(Float.NaN)).isNaN();
    }

    @Test
    void sumAddsAllLanes() {
        var random = new Random(2);
        var values = new float[Lanes.WIDTH];
        double exact = 0;
        for (int i = 0; i < values.length; i++) exact += values[i] = random.nextFloat();
        assertThat((double) Lanes.sum(FloatVector.fromArray(Lanes.SPECIES, values, 0)))
                .isCloseTo(exact, within(1e-5));
    }

    /** The first calls are interpreted, the last compiled. */
    @Test
    void bitsDoNotDependOnCompilation() {
        var random = new Random(3);
        var values = new float[Lanes.WIDTH];
        for (int i = 0; i < values.length; i++) values[i] = (float) (10 * random.nextGaussian());
        int first = Float.floatToRawIntBits(sumOfExp(values));
        for (int i = 0; i < 50_000; i++)
            assertThat(Float.floatToRawIntBits(sumOfExp(values))).isEqualTo(first);
    }

    private static float sumOfExp(float[] values) {
        return Lanes.sum(Lanes.exp(FloatVector.fromArray(Lanes.SPECIES, values, 0)));
    }

    private static float exp(float x) {
        return Lanes.exp(FloatVector.broadcast(Lanes.SPECIES, x)).lane(0);
    }
}
