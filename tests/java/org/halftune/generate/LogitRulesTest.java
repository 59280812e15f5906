package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogitRulesTest {
    private static final float OUT = Float.NEGATIVE_INFINITY;

    @Test
    void penaltyAppliesOncePerIdForBothSigns() {
        var logits = new float[] {2, -2, 3, 4};

        new LogitRules(2, 0, 0).apply(logits, new int[] {0, 0}, new int[] {1, 0}, 0);

        assertThat(logits).containsExactly(1, -4, 3, 4);
    }

    @Test
    void topKKeepsTiesOfTheLast() {
        assertThat(applied(new LogitRules(1, 2, 0), 1, 1, 3, 2, 2, 0)).containsExactly(OUT, 3, 2, 2, OUT);
    }

    @Test
    void topKBeyondTheVocabularyKeepsAll() {
        assertThat(applied(new LogitRules(1, 9, 0), 1, 1, 3)).containsExactly(1, 3);
    }

    @Test
    void minPIsRelativeToTheMostProbableIdAfterTemperature() {
        // probabilities 1 : 1/e : 1/e² of the most probable at temperature 1, 1 : 1/e² : 1/e⁴ at 0.5
        assertThat(applied(new LogitRules(1, 0, 0.2), 1, 5, 4, 3)).containsExactly(5, 4, OUT);
        assertThat(applied(new LogitRules(1, 0, 0.2), 0.5, 5, 4, 3)).containsExactly(5, OUT, OUT);
    }

    @Test
    void greedyDropsNothing() {
        assertThat(applied(new LogitRules(1, 1, 0.5), 0, 5, 4)).containsExactly(5, 4);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, --repetition_penalty",
        "NaN, 0, 0, --repetition_penalty",
        "1, -1, 0, --top_k",
        "1, 0, 1.5, --min_p",
        "1, 0, NaN, --min_p"
    })
    void outOfRangeFlagsAreNamed(double penalty, int topK, double minP, String flag) {
        assertThatThrownBy(() -> new LogitRules(penalty, topK, minP))
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.where()).isEqualTo(flag));
    }

    private static float[] applied(LogitRules rules, double temperature, float... logits) {
        rules.apply(logits, new int[0], new int[0], temperature);
        return logits;
    }
}
