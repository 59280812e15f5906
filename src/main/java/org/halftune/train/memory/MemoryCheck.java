package org.halftune.train.memory;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.console.Amounts;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.memory.MemoryDemand.Attempt;

/**
 * Refuses what does not fit the machine, before anything is allocated, and says what would; chooses the recomputation where none
 * was asked for; and says the same when memory runs out in the middle of a run.
 */
public final class MemoryCheck {
    private final Backend backend;
    private final LlamaConfig config;
    private final TrainingPlan plan;
    private final boolean bothMethods;
    private final MemoryDemand demand;

    /** For a run that trains one method. */
    public static MemoryCheck ofRun(Backend backend, LlamaConfig config, TrainingPlan plan) {
        return new MemoryCheck(backend, config, plan, false, new RunDemand(backend, config, new Capacities(plan)));
    }

    /**
     * @param bothMethods whether {@code demand} holds both, whatever {@code --method} says
     */
    public MemoryCheck(
            Backend backend, LlamaConfig config, TrainingPlan plan, boolean bothMethods, MemoryDemand demand) {
        this.backend = backend;
        this.config = config;
        this.plan = plan;
        this.bothMethods = bothMethods;
        this.demand = demand;
    }

    /**
     * What was chosen.
     *
     * @param bytes that it takes
     * @param said which rung of the ladder was taken, and why; empty if the user asked for it
     */
    public record Choice(Recomputation recomputation, long bytes, Optional<String> said) {}

    /**
     * The recomputation that was asked for, or else the first rung of the ladder that fits.
     *
     * @throws InputError if the plan needs more than is available
     */
    public Choice require(Optional<Recomputation> wanted) {
        long available = available(backend);
        var rungs = wanted.map(List::of).orElseGet(() -> ladder(backend));
        var previous = Optional.<Long>empty();
        for (var rung : rungs) {
            long bytes = need(asked(rung)).total();
            if (bytes <= available) {
                var said = wanted.isPresent() ? Optional.<String>empty() : Optional.of(said(rung, bytes, previous));
                return new Choice(rung, bytes, said);
            }
            if (previous.isEmpty()) previous = Optional.of(bytes);
        }
        var needed = need(asked(rungs.getLast()));
        throw new InputError(
                "this run needs " + Amounts.bytes(needed.total()) + " of memory, " + Amounts.bytes(available)
                        + " are available"
                        + (wanted.isEmpty() && rungs.size() > 1 ? ", and whole blocks are recomputed already" : "")
                        + "\n" + indented(needed.table(available), "    ").stripTrailing(),
                backend.description(),
                ways(rungs.getLast(), available));
    }

    private String said(Recomputation rung, long bytes, Optional<Long> without) {
        var what = switch (rung) {
            case NONE -> "nothing, all activations are kept";
            case CHEAP -> "norms and SwiGLU, everything else is kept";
            case BLOCK -> "whole blocks, only their inputs are kept";
        };
        return what + ": " + Amounts.bytes(bytes) + " of " + Amounts.bytes(available(backend))
                + without.map(more -> "; to keep more takes up to " + Amounts.bytes(more))
                        .orElse("");
    }

    /**
     * The message for memory that ran out although the plan fitted, with the plan and the ways to need less.
     *
     * @param rung the recomputation of the run
     * @param next how to go on from what was saved; may be empty
     */
    public InputError explain(OutOfDeviceMemory failure, Recomputation rung, String next) {
        var state = failure.state();
        long within = state.free() + state.heldBytes(); // what this run had and could still have had
        var needed = need(asked(rung));
        var why = needed.total() <= within
                ? "the plan fits into what is free, but not in one piece, or the driver needs more beside it"
                : "the plan fitted when the run began: since then other programs have taken memory";
        return new InputError(
                failure.what() + "\n  " + why + "\n"
                        + indented(needed.table(within), "    ").stripTrailing(),
                failure.where(),
                (state.total() > 0 ? "end other programs on this GPU (nvidia-smi shows them)" : "end other programs")
                        + next + ";\n       or " + ways(rung, Math.min(within, needed.total() - 1))
                        + (next.isEmpty()
                                ? ""
                                : "\n       A checkpoint goes on with another --recompute; with any other change the run"
                                        + " begins anew."));
    }

    private String ways(Recomputation rung, long available) {
        var limits = new FitOption.Limits(
                backend.storage(),
                ladder(backend).contains(Recomputation.NONE) || rung == Recomputation.NONE,
                config.tiedHead(),
                bothMethods,
                plan.longestRow());
        return new FitOptions(attempt -> need(attempt).total(), asked(rung), limits, available).describe();
    }

    private Attempt asked(Recomputation rung) {
        return new Attempt(plan.arguments(), rung, Integer.MAX_VALUE);
    }

    private MemoryNeed need(Attempt attempt) {
        return new MemoryNeed(demand.of(attempt), backend.ownBytes());
    }

    /**
     * From the fastest to the smallest. A device's memory is there to be used; the processor's is shared, so there what costs
     * hardly any time to compute again is never kept.
     */
    public static List<Recomputation> ladder(Backend backend) {
        return backend.storage() == DType.F32
                ? List.of(Recomputation.CHEAP, Recomputation.BLOCK)
                : List.of(Recomputation.NONE, Recomputation.CHEAP, Recomputation.BLOCK);
    }

    /** Bytes that a plan may have. What the backend holds for itself is part of every plan, and has been allocated. */
    public static long available(Backend backend) {
        long more = backend.availableBytes();
        return more > Long.MAX_VALUE - backend.ownBytes() ? more : more + backend.ownBytes();
    }

    static String indented(String text, String margin) {
        return text.lines().map(line -> margin + line).collect(Collectors.joining("\n"));
    }
}
