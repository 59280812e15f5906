package org.halftune.train.record;

import org.halftune.console.Amounts;
import org.halftune.hft.Rounds;

/** Sentences about a rotating schedule. */
public final class RoundsText {
    private RoundsText() {}

    /**
     * What begins with a step: {@code round 2 of 4 from step 26: trains 2.30 M parameters (56.4 %)}.
     *
     * @param step the first of a round, from 0
     */
    public static String begins(Rounds rounds, int step) {
        var count = rounds.at(step).count();
        return "round " + Amounts.exact(rounds.number(step) + 1L) + " of " + Amounts.exact(rounds.count())
                + " from step "
                + Amounts.exact(step + 1L) + ": trains " + Amounts.count((double) count.trainable()) + " parameters ("
                + Amounts.percent(count.share()) + ")";
    }

    /** {@code 4 rounds of 25 steps, in all 3.90 M of 4.07 M parameters (95.9 %)}. */
    public static String summary(Rounds rounds) {
        var all = rounds.count(rounds.learned());
        return Amounts.counted(rounds.count(), "round") + " of " + Amounts.counted(rounds.steps(), "step") + ", in all "
                + Amounts.count((double) all.trainable()) + " of " + Amounts.count((double) all.total())
                + " parameters ("
                + Amounts.percent(all.share()) + ")";
    }
}
