package org.halftune.train.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.hft.Selection;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;
import org.halftune.optim.GradientConstraint;

/**
 * Finds how to run one step within a memory budget: batch sizes that divide the step's rows, at each level of recomputation.
 *
 * <p>At each level the largest batch that fits is the fastest, because smaller batches need more launches and use the device less.
 * Across levels it depends: recomputation takes time, and so do small batches. {@link #fitting} returns one candidate per level. A
 * caller with a cost model chooses the fastest; without one, {@link #leastRecomputation} decides.
 *
 * <p>Memory is measured with a {@link MemoryPlan}, once for each batch size and level.
 */
public final class StepCuts {

    /** The largest number of tokens in a batch of full rows, because positions are 32-bit integers. */
    private static final int MOST_TOKENS = Integer.MAX_VALUE / 4;

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

    /** For rows that all have {@code rowTokens} tokens. Nothing is allocated on the backend. */
    public static StepCuts ofFullRows(
            LlamaConfig config,
            Selection selection,
            int stepRows,
            int rowTokens,
            AdamWConfig adamW,
            List<Recomputation> ladder,
            Backend backend) {
        return ofFullRows(
                config, selection, stepRows, rowTokens, adamW, new GradientConstraint.None(), 0, ladder, backend);
    }

    /**
     * The same with memories that constrain the gradient.
     *
     * @param memoryRows rows of a memory's batch, which is not cut; 0: as many as a batch of the step has
     */
    public static StepCuts ofFullRows(
            LlamaConfig config,
            Selection selection,
            int stepRows,
            int rowTokens,
            AdamWConfig adamW,
            GradientConstraint constraint,
            int memoryRows,
            List<Recomputation> ladder,
            Backend backend) {
        return new StepCuts(stepRows, ladder, (rows, recomputation) -> {
            int most = Math.max(rows, memoryRows);
            if ((long) most * rowTokens > MOST_TOKENS) return Long.MAX_VALUE;
            var capacity = new Capacity(most * rowTokens, most);
            return MemoryPlan.of(config, selection.trainable(), capacity, recomputation, adamW, constraint, backend)
                    .total();
        });
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
