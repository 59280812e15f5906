package org.halftune.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {

    @Test
    void mistypedWordFindsTheClosestKnownOne() {
        var known = List.of("learning_rate", "max_steps", "eval_steps", "seed", "hft_seed");
        assertThat(Spelling.closest("learing_rate", known)).hasValue("learning_rate");
        assertThat(Spelling.closest("lerning_rtae", known)).hasValue("learning_rate");
        assertThat(Spelling.closest("learning", known)).hasValue("learning_rate");
        assertThat(Spelling.closest("sede", known)).hasValue("seed");
        assertThat(Spelling.closest("something_else", known)).isEmpty();
        assertThat(Spelling.distance("abcd", "acbd")).isEqualTo(1);
    }
}
