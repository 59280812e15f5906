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
 * What a user can change so that a run fits, each with the memory that it would take: measured like the plan itself. Ranked by
 * what it costs the training, that which costs nothing first.
 *
 * <p>Each {@link FitOption} alone, in the mildest form that fits, or else in its strongest; and the cheapest way that fits,
 * which may be several together. It is found by pulling option after option until it fits, and then letting go of each, the
 * dearest first, that it fits without.
 */
final class FitOptions {
    private final ToLongFunction<Attempt> demand;
    private final Attempt asked;
    private final Limits limits;
    private final long available;
    private final Map<Attempt, Long> measured = new HashMap<>();

    /** A way: one change, or several together. */
    private record Way(List<Change> changes, long bytes) {
        String flags() {
            return changes.stream().map(Change::flags).collect(Collectors.joining(" "));
        }
    }

    /**
     * @param demand bytes of an attempt
     * @param asked what was asked for, and does not fit into {@code available} bytes
     */
    FitOptions(ToLongFunction<Attempt> demand, Attempt asked, Limits limits, long available) {
        this.demand = demand;
        this.asked = asked;
        this.limits = limits;
        this.available = available;
    }

    /** For the user: what to do, as one word or a table of ways. */
    String describe() {
        long now = bytes(asked);
        var ways = new ArrayList<Way>();
        for (var option : FitOption.values())
            alone(option).filter(way -> way.bytes < now).ifPresent(ways::add);
        var best = cheapest();
        if (ways.isEmpty()) return "take a smaller model, or a larger machine";
        var table = Table.of("", "", "takes", "costs");
        for (var way : ways) {
            var cost = way.changes.getFirst().option().cost();
            table.row(way.bytes <= available ? "fits" : "–", way.flags(), Amounts.bytes(way.bytes), cost);
        }
        var head = best.isPresent()
                ? "ways to fit, what costs the training least comes first:"
                : "nothing of this is enough, nor all of it together: take a smaller model, or a larger machine:";
        var together = best.filter(way -> way.changes.size() > 1)
                .map(way -> "\n       what fits at the least cost takes " + Amounts.bytes(way.bytes) + ":\n         "
                        + way.flags())
                .orElse("");
        return head + "\n" + MemoryCheck.indented(table.render(Integer.MAX_VALUE), "       ") + together;
    }

    /** The mildest form of one option that fits; its strongest if none does; empty if it does not apply. */
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

    /** All options pulled, the last one in the mildest form that fits, the others as far as they go. */
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
            // A stronger rung of the ladder takes the place of a weaker one.
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

    /** More than anything where there is no such training, as of a share so small that no matrix would learn. */
    private long measure(Attempt attempt) {
        try {
            return demand.applyAsLong(attempt);
        } catch (InputError e) {
            return Long.MAX_VALUE;
        }
    }
}
