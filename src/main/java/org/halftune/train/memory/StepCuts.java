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

/**
 * The ways to run one step within a budget of memory: batches whose sizes divide the step's rows, on each rung of the recomputation
 * ladder.
 *
 * <p>On a rung, the largest batch that fits is the only one worth having: smaller ones launch more and fill the device less. Between
 * rungs there is a choice, because recomputation takes time and so do small batches. {@link #fitting} gives one candidate a rung;
 * a caller with a cost model takes the fastest predicted, {@link #leastRecomputation} is the rule for those without.
 *
 * <p>Memory is measured by laying the training out, once for each pair of batch and rung.
 */
public final class StepCuts {

    /** No batch of full rows has more tokens: their places in a batch are 32-bit integers. */
    private static final int MOST_TOKENS = Integer.MAX_VALUE / 4;

    /**
     * Bytes of a training, as a function of its batches' rows and of what is recomputed. May fall when rows are added: rows of
     * different lengths fall into other batches then.
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
     * @param stepRows rows of an optimizer step
     * @param ladder rungs that may be taken, least recomputation first, not empty
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

    /** For rows that all have {@code rowTokens} tokens, on a backend that is measured and not touched. */
    public static StepCuts ofFullRows(
            LlamaConfig config,
            Selection selection,
            int stepRows,
            int rowTokens,
            AdamWConfig adamW,
            List<Recomputation> ladder,
            Backend backend) {
        return new StepCuts(stepRows, ladder, (rows, recomputation) -> {
            if ((long) rows * rowTokens > MOST_TOKENS) return Long.MAX_VALUE;
            var capacity = new Capacity(rows * rowTokens, rows);
            return MemoryPlan.of(config, selection.trainable(), capacity, recomputation, adamW, backend)
                    .total();
        });
    }

    /** The largest fitting batch of each rung, least recomputation first; rungs on which not even one row fits are left out. */
    public List<StepCut> fitting(long budget) {
        var cuts = new ArrayList<StepCut>();
        for (var rung : ladder) largest(rung, budget).ifPresent(cuts::add);
        return cuts;
    }

    /** Of those that fit, that with the least recomputation, in the largest batches it allows; empty if nothing fits. */
    public Optional<StepCut> leastRecomputation(long budget) {
        return ladder.stream().flatMap(rung -> largest(rung, budget).stream()).findFirst();
    }

    /** What needs the least memory on the last rung, in the smallest such batch. If this does not fit, nothing does. */
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
