package org.halftune.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.halftune.data.Sampler;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;

class StepOrderTest {
    /** 23 rows in batches of 3: 8 batches; 3 a step: 3 steps, the last of 2 batches, the last batch of 2 rows. */
    private static StepOrder order() {
        return new StepOrder(new Sampler(23, 3, 42, Sampler.Order.RANDOM), 3, 3);
    }

    @Test
    void epochReadsEveryRowOnce() {
        var order = order();
        assertThat(order.stepsPerEpoch()).isEqualTo(3);
        for (int epoch = 0; epoch < 3; epoch++) {
            var rows = new ArrayList<Integer>();
            for (int step = 0; step < 3; step++) {
                var batches = order.batches(3 * epoch + step);
                assertThat(batches).hasSize(step < 2 ? 3 : 2);
                for (int[] batch : batches) for (int row : batch) rows.add(row);
            }
            assertThat(rows)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 23).boxed().toList());
        }
    }

    @Test
    void batchesDependOnlyOnTheStep() {
        var order = order();
        var forwards = IntStream.range(0, 9)
                .mapToObj(step -> text(order.batches(step)))
                .toList();
        for (int step = 8; step >= 0; step--)
            assertThat(text(order.batches(step))).isEqualTo(forwards.get(step));
        assertThat(forwards.get(0)).isNotEqualTo(forwards.get(3));
    }

    @Test
    void stepsAreCountedAsTransformersDoes() {
        assertThat(order().totalSteps(3, OptionalInt.empty())).isEqualTo(9);
        assertThat(order().totalSteps(0.5, OptionalInt.empty())).isEqualTo(2);
        assertThat(order().totalSteps(3, OptionalInt.of(4))).isEqualTo(4);
        assertThatThrownBy(() -> order().totalSteps(1e12, OptionalInt.empty()))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("num_train_epochs");
    }

    @Test
    void epochsAreCountedInBatches() {
        var order = order();
        assertThat(order.epochAfter(0)).isEqualTo(0);
        assertThat(order.epochAfter(1)).isEqualTo(3 / 8.0);
        assertThat(order.epochAfter(2)).isEqualTo(6 / 8.0);
        assertThat(order.epochAfter(3)).isEqualTo(1);
        assertThat(order.epochAfter(4)).isEqualTo(1 + 3 / 8.0);
        assertThat(order.endsEpoch(3)).isTrue();
        assertThat(order.endsEpoch(4)).isFalse();
    }

    private static String text(List<int[]> batches) {
        return batches.stream().map(Arrays::toString).toList().toString();
    }
}
