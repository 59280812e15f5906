package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.halftune.backend.Backend;
import org.halftune.hft.Selection;
import org.halftune.model.Recomputation;
import org.halftune.plan.Budget;
import org.halftune.plan.EqualMemoryForecast;
import org.halftune.plan.TrainingShape;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.memory.BudgetAdvice;
import org.halftune.train.memory.MemoryDemand.Attempt;
import org.jspecify.annotations.Nullable;

/** {@code plan --memory}: the fastest step of each method within the same memory. */
final class PlanMemory {
    private final TrainingArgumentsBuilder form;
    private @Nullable String asked;

    PlanMemory(TrainingArgumentsBuilder form) {
        this.form = form;
    }

    Flag flag() {
        return Flag.text(
                "memory",
                "SIZE,...",
                "",
                value -> {
                    Budget.parse(value, 1);
                    asked = value;
                },
                "compare the methods at equal memory only: 24GiB, 24GB, auto (the device's memory), or "
                        + Budget.CARDS_WORD + " (common card sizes, 8 to 141 GB; also shown without this flag)");
    }

    boolean asked() {
        return asked != null;
    }

    /** The methods in every budget. Without --memory: in common card sizes if times are known, else empty. */
    Optional<EqualMemoryForecast> compare(
            TrainingShape shape,
            Map<String, Selection> selections,
            List<Recomputation> ladder,
            Backend backend,
            long available,
            Optional<EqualMemoryForecast.Clock> clock) {
        if (asked == null && clock.isEmpty()) return Optional.empty();
        var budgets = asked == null ? Budget.CARDS : Budget.parse(asked, available);
        return Optional.of(
                EqualMemoryForecast.of(shape, withFrozen(shape, selections), budgets, ladder, backend, clock));
    }

    /** Adds HFT with frozen embeddings and head, unless the embeddings are frozen already. */
    private Map<String, Selection> withFrozen(TrainingShape shape, Map<String, Selection> selections) {
        var all = new LinkedHashMap<>(selections);
        var selecting = form.selecting();
        boolean tied = shape.config().tiedHead();
        boolean upper = selecting.strategy() == HftStrategy.UPPER;
        if (selecting.byStrategy() && !form.freezeEmbeddings && !(upper && tied)) {
            var name = upper ? "HFT, head frozen" : tied ? "HFT, embeddings frozen" : "HFT, embeddings and head frozen";
            all.put(name, TrainingInputs.planned(selecting.withFreeze(true, true), shape.config()));
        }
        return all;
    }

    /** Explains the card sizes, if any are shown. */
    List<String> notes(EqualMemoryForecast equal, String rated) {
        if (equal.rows().stream().noneMatch(row -> row.budget().card())) return List.of();
        return List.of(
                "8 to 141 GB are common card sizes, in 10⁹ bytes. A card has slightly more; the driver uses the rest. All times"
                        + " are those of an " + rated
                        + ": the ratio shows the effect of memory, not the speed of another card.");
    }

    /** For each requested amount in which no method fits: how much is missing, and what to change. */
    String ways(EqualMemoryForecast equal, TrainingShape shape, Backend backend) {
        var text = new StringBuilder();
        for (var row : equal.rows()) {
            if (row.budget().card() || !row.empty()) continue;
            var method = form.method.name();
            var smallest = Objects.requireNonNull(row.methods().get(method)).cut();
            var ways = new BudgetAdvice(
                    shape.config(),
                    backend.storage(),
                    false,
                    attempt -> bytes(attempt, shape, backend),
                    row.budget().bytes());
            text.append('\n')
                    .append(ways.missing(method, smallest))
                    .append('\n')
                    .append(ways.ways(arguments(), smallest, shape.rowTokens()))
                    .append('\n');
        }
        return text.toString();
    }

    private static long bytes(Attempt attempt, TrainingShape shape, Backend backend) {
        var arguments = attempt.arguments();
        var changed = new TrainingShape(
                shape.config(),
                arguments.batching().trainBatchSize(),
                attempt.longestRow(),
                arguments.batching().accumulationSteps(),
                arguments.optimizing().adamW(0),
                shape.kind());
        var selection = TrainingInputs.planned(arguments.selecting(), shape.config());
        return changed.memory(selection.trainable(), attempt.recomputation(), backend)
                .total();
    }

    /** Placeholder names: a plan reads no rows and writes no model, but the arguments require both. */
    private TrainingArguments arguments() {
        form.trainFiles = new ArrayList<>(List.of(Path.of("rows.jsonl")));
        form.outputDir = Path.of("out");
        return form.build();
    }
}
