package org.halftune.train.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.halftune.model.Recomputation;
import org.junit.jupiter.api.Test;

class StepCutsTest {
    private static final List<Recomputation> LADDER = List.of(Recomputation.values());

    /** 100 bytes of weights; a row keeps 10, 5 or 1. */
    private static long bytes(int rows, Recomputation recomputation) {
        return 100
                + rows
                        * switch (recomputation) {
                            case NONE -> 10L;
                            case CHEAP -> 5L;
                            case BLOCK -> 1L;
                        };
    }

    private static StepCuts of(int stepRows) {
        return new StepCuts(stepRows, LADDER, StepCutsTest::bytes);
    }

    @Test
    void eachLevelHasItsLargestDivisorBatch() {
        assertThat(of(12).fitting(143))
                .containsExactly(
                        new StepCut(4, 3, Recomputation.NONE, 140),
                        new StepCut(6, 2, Recomputation.CHEAP, 130),
                        new StepCut(12, 1, Recomputation.BLOCK, 112));
        assertThat(of(7).fitting(145))
                .as("7 is prime: one row or all")
                .containsExactly(
                        new StepCut(1, 7, Recomputation.NONE, 110),
                        new StepCut(7, 1, Recomputation.CHEAP, 135),
                        new StepCut(7, 1, Recomputation.BLOCK, 107));
    }

    @Test
    void budgetIsExactToTheByte() {
        assertThat(of(8).leastRecomputation(180)).contains(new StepCut(8, 1, Recomputation.NONE, 180));
        assertThat(of(8).leastRecomputation(179)).contains(new StepCut(4, 2, Recomputation.NONE, 140));
    }

    @Test
    void levelsAtWhichNoRowFitsAreLeftOut() {
        assertThat(of(8).fitting(104)).containsExactly(new StepCut(4, 2, Recomputation.BLOCK, 104));
        assertThat(of(8).leastRecomputation(104)).contains(new StepCut(4, 2, Recomputation.BLOCK, 104));
    }

    @Test
    void smallestCutSaysWhatIsMissingIfNothingFits() {
        var cuts = of(8);
        assertThat(cuts.fitting(100)).isEmpty();
        assertThat(cuts.leastRecomputation(100)).isEmpty();
        assertThat(cuts.smallest()).isEqualTo(new StepCut(1, 8, Recomputation.BLOCK, 101));
    }

    @Test
    void largestFittingBatchIsFoundEvenIfSmallerOnesDoNotFit() {
        var cuts = new StepCuts(12, List.of(Recomputation.NONE), (rows, _) -> switch (rows) {
            case 1 -> 120;
            case 2 -> 200;
            case 3 -> 110;
            case 4 -> 210;
            case 6 -> 130;
            default -> 250;
        });
        assertThat(cuts.leastRecomputation(150)).contains(new StepCut(6, 2, Recomputation.NONE, 130));
        assertThat(cuts.leastRecomputation(115)).contains(new StepCut(3, 4, Recomputation.NONE, 110));
        assertThat(cuts.leastRecomputation(109)).isEmpty();
        assertThat(cuts.smallest())
                .as("the least memory, not the fewest rows")
                .isEqualTo(new StepCut(3, 4, Recomputation.NONE, 110));
    }

    @Test
    void ladderMayHaveOneLevel() {
        var cuts = new StepCuts(8, List.of(Recomputation.NONE), StepCutsTest::bytes);
        assertThat(cuts.fitting(125)).containsExactly(new StepCut(2, 4, Recomputation.NONE, 120));
        assertThat(cuts.smallest().recomputation()).isEqualTo(Recomputation.NONE);
    }

    @Test
    void measurementsAreCached() {
        var calls = new AtomicInteger();
        var cuts = new StepCuts(1 << 10, LADDER, (rows, recomputation) -> {
            calls.incrementAndGet();
            return bytes(rows, recomputation);
        });
        for (long budget = 50; budget < 20_000; budget += 50) cuts.fitting(budget);
        assertThat(calls.get()).isLessThanOrEqualTo(11 * LADDER.size());
    }

    @Test
    void stepCutIsFormattedAsFlags() {
        assertThat(new StepCut(4, 3, Recomputation.NONE, 140).flags())
                .isEqualTo("--per_device_train_batch_size 4 --gradient_accumulation_steps 3 --recompute none");
    }
}
