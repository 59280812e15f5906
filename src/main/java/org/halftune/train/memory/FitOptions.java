package org.halftune.train.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.console.Table;
import org.halftune.problem.InputError;
import org.halftune.train.memory.FitOption.Change;
import org.halftune.train.memory.FitOption.Limits;
import org.halftune.train.memory.MemoryDemand.Attempt;

/**
 * Finds the changes that would make a run fit, each with the memory it would then need, ordered by their effect on the training.
 *
 * <p>Lists each {@link FitOption} alone: its smallest change that fits, or else its largest. Also finds a combination that fits: it
 * adds options in order until the run fits, then removes each one, largest effect first, that is not needed.
 */
final class FitOptions {
    private final ToLongFunction<Attempt> demand;
    private final Attempt asked;
    private final Limits limits;
    private final long available;
    private final Map<Attempt, Long> measured = new HashMap<>();

    /** One change, or several combined. */
    private record Way(List<Change> changes, long bytes) {
        String flags() {
            return changes.stream().map(Change::flags).collect(Collectors.joining(" "));
        }
    }

    /**
     * @param demand the bytes of an attempt
     * @param asked the requested run, which does not fit into {@code available} bytes
     */
    FitOptions(ToLongFunction<Attempt> demand, Attempt asked, Limits limits, long available) {
        this.demand = demand;
        this.asked = asked;
        this.limits = limits;
        this.available = available;
    }

    /** The fix line of an error: a table of changes. */
    String describe() {
        long now = bytes(asked);
        var ways = new ArrayList<Way>();
        for (var option : FitOption.values())
            alone(option).filter(way -> way.bytes < now).ifPresent(ways::add);
        var best = cheapest();
        if (ways.isEmpty()) return "use a smaller model or a device with more memory";
        var table = Table.of("", "", "memory", "effect");
        for (var way : ways) {
            var cost = way.changes.getFirst().option().cost();
            table.row(way.bytes <= available ? "fits" : "–", way.flags(), Amounts.bytes(way.bytes), cost);
        }
        var head = best.isPresent()
                ? "use one of these, ordered by their effect on the training:"
                : "use a smaller model or a device with more memory; all of these changes together are not enough:";
        var together = best.filter(way -> way.changes.size() > 1)
                .map(way -> "\n       the combination with the smallest effect needs " + Amounts.bytes(way.bytes)
                        + ":\n         " + way.flags())
                .orElse("");
        return head + "\n" + MemoryCheck.indented(table.render(Integer.MAX_VALUE), "       ") + together;
    }

    /** The smallest change of one option that fits, or its largest if none does; empty if it does not apply. */
    private Optional<Way> alone(FitOption option) {
        Way way = null;
        for (var change : option.variants(asked, limits)) {
            way = new Way(List.of(change), bytes(change.attempt()));
            if (way.bytes <= available) break;
        }
        return Optional.ofNullable(way);
    }

    private Optional<Way> cheapest() {
        var options = new ArrayList<FitOption>();
        for (var option : FitOption.values()) {
            options.add(option);
            var way = together(options);
            if (way.isEmpty() || way.get().bytes > available) continue;
            for (int i = options.size() - 2; i >= 0; i--) {
                var fewer = new ArrayList<>(options);
                fewer.remove(i);
                if (together(fewer).filter(w -> w.bytes <= available).isPresent()) options.remove(i);
            }
            return together(options);
        }
        return Optional.empty();
    }

    /** All options combined: the last with its smallest change that fits, the others with their largest. */
    private Optional<Way> together(List<FitOption> options) {
        var changes = new ArrayList<Change>();
        var attempt = asked;
        for (var option : options) {
            var forms = option.variants(attempt, limits);
            if (forms.isEmpty()) continue;
            var chosen = forms.getLast();
            for (var form : forms) {
                if (bytes(form.attempt()) > available) continue;
                chosen = form;
                break;
            }
            // Recomputing whole blocks replaces recomputing norms and SwiGLU.
            if (option == FitOption.RECOMPUTE_BLOCK)
                changes.removeIf(change -> change.option() == FitOption.RECOMPUTE_CHEAP);
            changes.add(chosen);
            attempt = chosen.attempt();
        }
        return changes.isEmpty() ? Optional.empty() : Optional.of(new Way(changes, bytes(attempt)));
    }

    private long bytes(Attempt attempt) {
        return measured.computeIfAbsent(attempt, this::measure);
    }

    /** {@link Long#MAX_VALUE} for invalid arguments, such as a ratio so small that no matrix would be trained. */
    private long measure(Attempt attempt) {
        try {
            return demand.applyAsLong(attempt);
        } catch (InputError e) {
            return Long.MAX_VALUE;
        }
    }
}
