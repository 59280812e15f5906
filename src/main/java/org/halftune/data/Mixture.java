package org.halftune.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.halftune.problem.InputError;
import org.halftune.source.DataPart;

/**
 * Chooses which examples of several data sets make an epoch. The choice depends only on their sizes, their weights and
 * the seed.
 *
 * <p>Weights are proportions. The data set that runs out first is used completely. From each other one, as many
 * examples are drawn as its proportion asks for, rounded, without replacement (LLaMA-Factory's {@code
 * interleave_under}, but with exact counts). The draw is the same in every epoch. Data sets are interleaved evenly;
 * each keeps its order.
 */
final class Mixture {
    private static final long HELD_OUT = -1; // random streams of the seed
    private static final long FIRST_PART = -2;

    private Mixture() {}

    /**
     * @param counts number of examples of each part; example indices run through the parts in order
     * @return for each part the examples of an epoch; empty if every example is used
     */
    static Optional<List<int[]>> choose(List<DataPart> parts, int[] counts, long seed) {
        boolean weighted = parts.stream().anyMatch(part -> part.weight().isPresent());
        boolean drawn = parts.stream().anyMatch(part -> part.drawn().isPresent());
        if (!weighted && !drawn) return Optional.empty();
        int[][] chosen = new int[parts.size()][];
        int begin = 0;
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = candidates(parts.get(i), begin, counts[i], new OrderStream(seed, FIRST_PART - 2L * i));
            begin += counts[i];
        }
        if (weighted) {
            int[] wanted = proportional(parts, chosen);
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = sample(chosen[i], wanted[i], new OrderStream(seed, FIRST_PART - 2L * i - 1));
            }
        }
        return Optional.of(List.of(chosen));
    }

    /** Merges the parts evenly: example k of n comes at (k + ½)/n of the result. */
    static int[] interleaved(List<int[]> parts) {
        int[] all = new int[parts.stream().mapToInt(part -> part.length).sum()];
        int[] taken = new int[parts.size()];
        for (int at = 0; at < all.length; at++) {
            int best = -1;
            for (int i = 0; i < taken.length; i++) {
                int n = parts.get(i).length;
                if (taken[i] == n) continue;
                if (best < 0 || (2L * taken[i] + 1) * parts.get(best).length < (2L * taken[best] + 1) * n) best = i;
            }
            all[at] = parts.get(best)[taken[best]++];
        }
        return all;
    }

    /** Concatenates the parts. */
    static int[] chained(List<int[]> parts) {
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }

    /**
     * Draws the rows to hold out.
     *
     * @param size below 1: fraction of the rows, rounded up; otherwise: number of rows
     * @return [count] whether each row is held out
     */
    static boolean[] heldOut(int count, double size, long seed) {
        long wanted = size < 1 ? (long) Math.ceil(count * size) : (long) size;
        if (wanted >= count) {
            throw new InputError(
                    "--val_size holds out " + wanted + " of " + count + (count == 1 ? " row" : " rows")
                            + ", which leaves none to train on",
                    "",
                    "lower --val_size");
        }
        var held = new boolean[count];
        int[] all = new int[count];
        Arrays.setAll(all, i -> i);
        for (int row : sample(all, (int) wanted, new OrderStream(seed, HELD_OUT))) held[row] = true;
        return held;
    }

    /** All examples of a part, or the number to draw. No example is repeated before all (of the memory) have been drawn. */
    private static int[] candidates(DataPart part, int begin, int count, OrderStream random) {
        int[] all = new int[count];
        Arrays.setAll(all, i -> begin + i);
        if (part.drawn().isEmpty()) return all;
        random.shuffle(all);
        int wanted = Math.min(part.drawn().getAsInt(), part.most().orElse(Integer.MAX_VALUE));
        int pool = Math.min(count, part.memory().orElse(count));
        int[] drawn = new int[wanted];
        for (int i = 0; i < wanted; i++) drawn[i] = all[i % pool];
        return drawn;
    }

    private static int[] proportional(List<DataPart> parts, int[][] chosen) {
        int scarce = 0;
        for (int i = 1; i < chosen.length; i++) {
            if (chosen[i].length * weight(parts, scarce) < chosen[scarce].length * weight(parts, i)) scarce = i;
        }
        int[] wanted = new int[chosen.length];
        for (int i = 0; i < wanted.length; i++) {
            double exact = chosen[scarce].length * (weight(parts, i) / weight(parts, scarce));
            wanted[i] = i == scarce ? chosen[i].length : (int) Math.min(chosen[i].length, Math.round(exact));
            if (wanted[i] > 0) continue;
            throw new InputError(
                    "with its weight no row of " + parts.get(i).name() + " would be used: "
                            + parts.get(scarce).name()
                            + ", which runs out first, has " + chosen[scarce].length
                            + (chosen[scarce].length == 1 ? " row" : " rows"),
                    "",
                    "raise its weight, or remove the data set");
        }
        return wanted;
    }

    private static double weight(List<DataPart> parts, int i) {
        return parts.get(i).weight().orElseThrow();
    }

    /** Draws {@code count} of these without replacement; they keep their order. */
    private static int[] sample(int[] from, int count, OrderStream random) {
        if (count == from.length) return from;
        int[] places = new int[from.length];
        Arrays.setAll(places, i -> i);
        random.shuffle(places);
        int[] kept = Arrays.copyOf(places, count);
        Arrays.sort(kept);
        for (int i = 0; i < count; i++) kept[i] = from[kept[i]];
        return kept;
    }
}
