package org.halftune.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static float exp(float x) {
        return Lanes.exp(FloatVector.broadcast(Lanes.SPECIES, x)).lane(0);
    }

    @Test
    void exponentialIsWithinTwoUlp() {
        var random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            float x = -86 + 174 * random.nextFloat();
            double exact = Math.exp(x);
            assertThat((double) exp(x)).as("e^%s", x).isCloseTo(exact, within(2.0 * Math.ulp((float) exact)));
        }
    }

    @Test
    void exponentialAtTheBorders() {
        assertThat(exp(0)).isEqualTo(1);
        assertThat(exp(-0f)).isEqualTo(1);
        assertThat(exp(-86)).isPositive();
        assertThat(exp(-86.01f)).isZero();
        assertThat(exp(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(exp(-Float.MAX_VALUE)).isZero();
        assertThat(exp(Float.POSITIVE_INFINITY)).isEqualTo(exp(88)).isFinite();
        assertThat(exp(Float.NaN)).isNaN();
        assertThat(exp(1e-30f)).isEqualTo(1);
    }

    @Test
    void sumTakesEveryLaneOnce() {
        var powers = new float[Lanes.WIDTH];
        for (int i = 0; i < powers.length; i++) powers[i] = 1 << i;
        assertThat(Lanes.sum(FloatVector.fromArray(Lanes.SPECIES, powers, 0))).isEqualTo((1 << Lanes.WIDTH) - 1);
    }

    @Test
    void masksCoverWhatIsLeft() {
        assertThat(Lanes.first(0).trueCount()).isZero();
        assertThat(Lanes.first(-5).trueCount()).isZero();
        assertThat(Lanes.first(3).trueCount()).isEqualTo(3);
        assertThat(Lanes.first(1_000).trueCount()).isEqualTo(Lanes.WIDTH);
    }
}
