package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTest {

    @Test
    void drawsDependOnSeedSequenceAndPosition() {
        var sampling = Sampling.of(1, 1, LogitRules.NONE, 9);
        float reference = sampling.uniform(2, 3);

        assertThat(Sampling.of(1, 1, LogitRules.NONE, 9).uniform(2, 3))
                .isEqualTo(reference)
                .isBetween(0f, 1f);
        assertThat(Sampling.of(1, 1, LogitRules.NONE, 10).uniform(2, 3)).isNotEqualTo(reference);
        assertThat(sampling.uniform(3, 2)).isNotEqualTo(reference);
        assertThat(sampling.uniform(2, 4)).isNotEqualTo(reference);
    }

    @Test
    void temperatureZeroIsGreedy() {
        assertThat(Sampling.of(0, 0.5, LogitRules.NONE, 1)).isEqualTo(new Sampling.Greedy());
    }

    @ParameterizedTest
    @CsvSource({
        "-0.1, 1, --temperature",
        "NaN, 1, --temperature",
        "Infinity, 1, --temperature",
        "1, 0, --top_p",
        "0, 1.01, --top_p",
        "1, -1, --top_p",
        "1, NaN, --top_p"
    })
    void outOfRangeFlagsAreNamed(double temperature, double topP, String flag) {
        assertThatThrownBy(() -> Sampling.of(temperature, topP, LogitRules.NONE, 1))
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.where()).isEqualTo(flag));
    }
}
