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
import org.halftune.session.StartingWeights;
import org.halftune.tensor.DType;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.memory.MemoryDemand.Attempt;

/**
 * Checks before any allocation that a run fits in memory, and chooses the recomputation if none was given. If a run does not fit, or
 * runs out of memory later, the error lists the changes that would make it fit.
 */
public final class MemoryCheck {
    private final Backend backend;
    private final LlamaConfig config;
    private final TrainingPlan plan;
    private final boolean bothMethods;
    private final MemoryDemand demand;

    /** For a run that trains one method. */
    public static MemoryCheck ofRun(Backend backend, LlamaConfig config, TrainingPlan plan, Stage stage) {
        var objective = stage.objective(config, StartingWeights.unfilled(config, backend.storage()));
        return new MemoryCheck(
                backend,
                config,
                plan,
                false,
                new RunDemand(backend, config, new Capacities(plan), objective, stage.constraint(), plan.totalSteps()));
    }

    /**
     * @param bothMethods whether {@code demand} includes both methods, whatever {@code --method} is
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
     * The chosen recomputation.
     *
     * @param bytes the memory it needs
     * @param description a description of the choice and its reason; empty if the user gave it
     */
    public record Choice(Recomputation recomputation, long bytes, Optional<String> description) {}

    /**
     * The given recomputation, or else the least that fits.
     *
     * @throws InputError if the run does not fit
     */
    public Choice require(Optional<Recomputation> wanted) {
        long available = available(backend);
        var rungs = wanted.map(List::of).orElseGet(() -> ladder(backend));
        var previous = Optional.<Long>empty();
        for (var rung : rungs) {
            long bytes = need(asked(rung)).total();
            if (bytes <= available) {
                var description =
                        wanted.isPresent() ? Optional.<String>empty() : Optional.of(description(rung, bytes, previous));
                return new Choice(rung, bytes, description);
            }
            if (previous.isEmpty()) previous = Optional.of(bytes);
        }
        var needed = need(asked(rungs.getLast()));
        throw new InputError(
                "this run needs " + Amounts.bytes(needed.total()) + " of memory, but " + Amounts.bytes(available)
                        + " are available"
                        + (wanted.isEmpty() && rungs.size() > 1 ? " (already with --recompute block)" : "")
                        + "\n" + indented(needed.table(available), "    ").stripTrailing(),
                backend.description(),
                ways(rungs.getLast(), available));
    }

    private String description(Recomputation rung, long bytes, Optional<Long> without) {
        var what = switch (rung) {
            case NONE -> "nothing (all activations are kept)";
            case CHEAP -> "norms and SwiGLU (other activations are kept)";
            case BLOCK -> "whole blocks (only their inputs are kept)";
        };
        return what + ": " + Amounts.bytes(bytes) + " of " + Amounts.bytes(available(backend))
                + without.map(more -> "; with less recomputation up to " + Amounts.bytes(more))
                        .orElse("");
    }

    /**
     * The error for a run that ran out of memory although its plan fits, with the plan and the options to use less.
     *
     * @param rung the recomputation of the run
     * @param next how to continue from the last checkpoint; may be empty
     */
    public InputError explain(OutOfDeviceMemory failure, Recomputation rung, String next) {
        var state = failure.state();
        long within = state.free() + state.heldBytes(); // what this run held, and what was still free
        var needed = need(asked(rung));
        var why = needed.total() <= within
                ? "the plan fits into the free memory, but memory is fragmented or the driver needs part of it"
                : "the plan fitted when the run began; since then other programs have allocated memory";
        return new InputError(
                failure.what() + "\n  " + why + "\n"
                        + indented(needed.table(within), "    ").stripTrailing(),
                failure.where(),
                (state.total() > 0 ? "stop other programs on this GPU (see nvidia-smi)" : "stop other programs")
                        + next + ";\n       or " + ways(rung, Math.min(within, needed.total() - 1))
                        + (next.isEmpty()
                                ? ""
                                : "\n       A run can resume from a checkpoint with another --recompute; any other change"
                                        + " needs a new run."));
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
     * The levels of recomputation, least first. The CPU's memory is shared with other programs, so activations that are cheap to
     * recompute are never kept there.
     */
    public static List<Recomputation> ladder(Backend backend) {
        return backend.storage() == DType.F32
                ? List.of(Recomputation.CHEAP, Recomputation.BLOCK)
                : List.of(Recomputation.NONE, Recomputation.CHEAP, Recomputation.BLOCK);
    }

    /** Bytes available for a plan. Plans include the backend's own memory, which is allocated already. */
    public static long available(Backend backend) {
        long more = backend.availableBytes();
        return more > Long.MAX_VALUE - backend.ownBytes() ? more : more + backend.ownBytes();
    }

    static String indented(String text, String margin) {
        return text.lines().map(line -> margin + line).collect(Collectors.joining("\n"));
    }
}
