package org.halftune.train.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.halftune.model.Recomputation;

/**
 * Finds how to run one step within a memory budget: batch sizes that divide the step's rows, at each level of recomputation.
 *
 * <p>At each level the largest batch that fits is the fastest, because smaller batches need more launches and use the device less.
 * Across levels it depends: recomputation takes time, and so do small batches. {@link #fitting} returns one candidate per level. A
 * caller with a cost model chooses the fastest; without one, {@link #leastRecomputation} decides.
 *
 * <p>Memory is measured once for each batch size and level.
 */
public final class StepCuts {

    /**
     * The bytes of a training as a function of rows per batch and recomputation. Not always increasing in the rows: with other batches,
     * rows of different lengths are grouped differently.
     */
    @FunctionalInterface
    public interface Demand {
        long bytes(int rows, Recomputation recomputation);
    }

    private final int stepRows;
    private final List<Recomputation> ladder;
    private final Demand demand;
    private final int[] sizes;
    private final Map<Size, Long> measured = new HashMap<>();

    private record Size(int rows, Recomputation recomputation) {}

    /**
     * @param stepRows rows per step
     * @param ladder allowed levels of recomputation, least first, not empty
     */
    public StepCuts(int stepRows, List<Recomputation> ladder, Demand demand) {
        if (stepRows < 1 || ladder.isEmpty()) {
            throw new IllegalArgumentException(stepRows + " rows on a ladder of " + ladder.size() + " rungs");
        }
        this.stepRows = stepRows;
        this.ladder = List.copyOf(ladder);
        this.demand = demand;
        sizes = IntStream.rangeClosed(1, stepRows)
                .filter(rows -> stepRows % rows == 0)
                .toArray();
    }

    /** The largest batch that fits at each level, least recomputation first; without levels at which not even one row fits. */
    public List<StepCut> fitting(long budget) {
        var cuts = new ArrayList<StepCut>();
        for (var rung : ladder) largest(rung, budget).ifPresent(cuts::add);
        return cuts;
    }

    /** The least recomputation that fits, with its largest batch; empty if nothing fits. */
    public Optional<StepCut> leastRecomputation(long budget) {
        return ladder.stream().flatMap(rung -> largest(rung, budget).stream()).findFirst();
    }

    /** The cut with the least memory at the last level. If it does not fit, nothing does. */
    public StepCut smallest() {
        var rung = ladder.getLast();
        return Arrays.stream(sizes)
                .mapToObj(rows -> cut(rows, rung))
                .min(Comparator.comparingLong(StepCut::bytes).thenComparingInt(StepCut::rows))
                .orElseThrow();
    }

    private Optional<StepCut> largest(Recomputation rung, long budget) {
        for (int i = sizes.length - 1; i >= 0; i--) { // few: a step has few divisors
            if (bytes(sizes[i], rung) <= budget) return Optional.of(cut(sizes[i], rung));
        }
        return Optional.empty();
    }

    private StepCut cut(int rows, Recomputation rung) {
        return new StepCut(rows, stepRows / rows, rung, bytes(rows, rung));
    }

    private long bytes(int rows, Recomputation rung) {
        return measured.computeIfAbsent(new Size(rows, rung), size -> demand.bytes(size.rows, size.recomputation));
    }
}
