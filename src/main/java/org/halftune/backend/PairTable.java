package org.halftune.backend;

import java.util.List;

/**
 * The preference pairs of a batch as ops read them: words in device memory, 16 for the header and 16 for each pair, with room for the
 * most pairs that a batch has, so that a captured graph serves any number. The kernels' structures are in {@code preference.cu}.
 *
 * <p>Header: the number of pairs. A pair: the first row of its chosen and of its rejected sequence, one past its last row (I32);
 * its scale in the loss, the log-probabilities of both sequences by the reference, and six figures that {@link Ops#pairLosses}
 * leaves (fp32).
 */
public final class PairTable {
    /** Of the header, and of a pair. */
    public static final int WORDS = 16;

    /** Where the words of a pair lie. */
    public static final int CHOSEN = 0, REJECTED = 1, END = 2, SCALE = 3, REFERENCE = 4, FIGURES = 6;

    /** Sums of {@link Ops#pairLosses}: the figures of a pair, each times the pair's scale. */
    public enum Figure {
        LOSS,
        /** β·r of the chosen sequence. */
        CHOSEN_REWARD,
        REJECTED_REWARD,
        /** 1 where the chosen reward is larger, else 0. */
        ACCURACY,
        CHOSEN_LOG_PROB,
        REJECTED_LOG_PROB
    }

    /**
     * A pair whose rows lie one after another.
     *
     * @param chosen index of the first labelled row of the chosen sequence
     * @param rejected of the rejected one
     * @param end one past the last
     * @param scale what the pair's loss is multiplied by
     * @param referenceChosen log-probability by the reference; does not matter where {@link Ops#pairLogProbs} writes it
     */
    public record Pair(
            int chosen, int rejected, int end, float scale, float referenceChosen, float referenceRejected) {}

    private PairTable() {}

    /** Words of a table with room for {@code most} pairs. */
    public static int words(int most) {
        return WORDS * (1 + most);
    }

    /** The words of a table with room for no more; zeros may follow. */
    public static int[] of(List<Pair> pairs) {
        var words = new int[words(pairs.size())];
        words[0] = pairs.size();
        for (int p = 0; p < pairs.size(); p++) {
            var pair = pairs.get(p);
            int at = WORDS * (1 + p);
            words[at + CHOSEN] = pair.chosen;
            words[at + REJECTED] = pair.rejected;
            words[at + END] = pair.end;
            words[at + SCALE] = Float.floatToRawIntBits(pair.scale);
            words[at + REFERENCE] = Float.floatToRawIntBits(pair.referenceChosen);
            words[at + REFERENCE + 1] = Float.floatToRawIntBits(pair.referenceRejected);
        }
        return words;
    }

    /** How many pairs a table has room for. */
    public static long most(Tensor table) {
        return table.dim(0) / WORDS - 1;
    }
}
