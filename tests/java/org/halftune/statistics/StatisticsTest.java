package org.halftune.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

/** Against values computed by hand. */
class StatisticsTest {

    @Test
    void intervalIsStudentsT() {
        // 1, 2, 3, 4, 5: mean 3, sd √2.5, standard error √0.5, t(0.975, 4) = 2.776445
        var estimate = Estimate.of(1, 2, 3, 4, 5);
        assertThat(estimate.n()).isEqualTo(5);
        assertThat(estimate.mean()).isEqualTo(3);
        assertThat(estimate.sd()).isCloseTo(Math.sqrt(2.5), offset(1e-12));
        assertThat(estimate.margin()).isCloseTo(2.776445 * Math.sqrt(0.5), offset(1e-6));
        assertThat(estimate.includesZero()).isFalse();
        assertThat(Estimate.of(-1, 2, 3).includesZero()).isTrue();
        assertThat(estimate.least()).isEqualTo(1);
        assertThat(estimate.most()).isEqualTo(5);
    }

    @Test
    void oneValueHasNoInterval() {
        var one = Estimate.of(0.5, Double.NaN);
        assertThat(one.n()).isEqualTo(1);
        assertThat(one.mean()).isEqualTo(0.5);
        assertThat(one.hasInterval()).isFalse();
        assertThat(one.includesZero()).isFalse();
        assertThat(one.pairedT()).isNaN();
        assertThat(Estimate.of().mean()).isNaN();
    }

    @Test
    void equalValuesHaveNoSpread() {
        var equal = Estimate.of(0.1, 0.1, 0.1);
        assertThat(equal.mean()).isEqualTo(0.1);
        assertThat(equal.sd()).isZero();
        assertThat(equal.low()).isEqualTo(0.1);
        assertThat(equal.pairedT()).as("t is infinite").isNaN();
        assertThat(Estimate.of(0, 0, 0).pairedT()).isEqualTo(1);
    }

    @Test
    void pairedTestIsTwoSided() {
        // t = 3/√0.5. With 4 degrees of freedom P(|T| > t) = 1 − s·(3 − s²)/2, where s = t/√(4 + t²)
        assertThat(Estimate.of(1, 2, 3, 4, 5).pairedT()).isCloseTo(0.0132356, offset(1e-6));
        assertThat(Estimate.of(-1, -2, -3, -4, -5).pairedT()).isCloseTo(0.0132356, offset(1e-6));
        // Two values: t has 1 degree of freedom (Cauchy), t = 3, p = 1 − 2·atan(3)/π
        assertThat(Estimate.of(1, 2).pairedT()).isCloseTo(1 - 2 * Math.atan(3) / Math.PI, offset(1e-9));
    }

    @Test
    void signTestIsMcNemarsExactTest() {
        // 2·(C(10,0) + C(10,1))/2¹⁰ = 22/1024
        assertThat(new SignTest(9, 1).p()).isCloseTo(22.0 / 1024, offset(1e-12));
        assertThat(new SignTest(1, 9).p()).isCloseTo(22.0 / 1024, offset(1e-12));
        assertThat(new SignTest(3, 3).p()).isEqualTo(1);
        assertThat(new SignTest(0, 0).p()).isEqualTo(1);
        assertThat(SignTest.of(new double[] {1, 1, 0, 0.5}, new double[] {0, 1, 1, 0}))
                .isEqualTo(new SignTest(2, 1));
    }

    @Test
    void holmMultipliesTheSmallestMost() {
        // 0.01·4, max(0.04, 0.02·3), max(0.06, 0.03·2), max(0.06, 0.04·1)
        assertThat(Holm.adjusted(0.03, 0.01, 0.04, 0.02))
                .containsExactly(new double[] {0.06, 0.04, 0.06, 0.06}, offset(1e-12));
        assertThat(Holm.adjusted(0.9, 0.5)).containsExactly(1, 1);
        assertThat(Holm.adjusted(Double.NaN, 0.04)).containsExactly(Double.NaN, 0.04);
        assertThat(Holm.adjusted()).isEmpty();
    }
}
