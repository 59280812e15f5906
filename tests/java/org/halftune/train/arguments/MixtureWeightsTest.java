package org.halftune.train.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.TrainingArguments.MixStrategy;
import org.junit.jupiter.api.Test;

class MixtureWeightsTest {
    private static final Optional<MixStrategy> NONE = Optional.empty();
    private static final Optional<MixStrategy> UNDER = Optional.of(MixStrategy.INTERLEAVE_UNDER);
    private static final Optional<MixStrategy> CONCAT = Optional.of(MixStrategy.CONCAT);

    @Test
    void weightsAreGivenWithNamesOrTogether() {
        assertThat(plain().with(NONE, List.of())).containsOnly(OptionalDouble.empty());
        assertThat(plain().with(CONCAT, List.of())).containsOnly(OptionalDouble.empty());
        assertThat(weighted().with(UNDER, List.of())).containsExactly(OptionalDouble.of(3), OptionalDouble.of(1));
        assertThat(plain().with(NONE, List.of(0.3, 0.7)))
                .containsExactly(OptionalDouble.of(0.3), OptionalDouble.of(0.7));
        assertThat(plain().with(UNDER, List.of()))
                .as("in turn")
                .containsExactly(OptionalDouble.of(1), OptionalDouble.of(1));
    }

    @Test
    void contradictionsAreErrors() {
        assertThat(error(weighted(), NONE, List.of(0.3, 0.7))).contains("cannot be combined");
        assertThat(error(weighted(), CONCAT, List.of())).contains("uses all rows");
        assertThat(error(plain(), CONCAT, List.of(0.3, 0.7))).contains("uses all rows");
        assertThat(error(plain(), NONE, List.of(0.3))).isEqualTo("--interleave_probs has 1 weight for 2 data sets");
        assertThat(error(plain(), NONE, List.of(0.3, 0.0))).contains("interleave_probs");
    }

    private static String error(MixtureWeights weights, Optional<MixStrategy> strategy, List<Double> shares) {
        return catchThrowableOfType(InputError.class, () -> weights.with(strategy, shares))
                .what();
    }

    private static MixtureWeights plain() {
        var weights = new MixtureWeights();
        weights.add("a.jsonl", OptionalDouble.empty());
        weights.add("b.jsonl", OptionalDouble.empty());
        return weights;
    }

    private static MixtureWeights weighted() {
        var weights = new MixtureWeights();
        weights.add("a.jsonl", OptionalDouble.of(3));
        weights.add("b", OptionalDouble.of(1));
        return weights;
    }
}
