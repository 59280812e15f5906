package org.halftune.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.halftune.backend.Backend;
import org.halftune.hft.Selection;
import org.halftune.model.Recomputation;
import org.halftune.train.memory.StepCut;
import org.halftune.train.memory.StepCuts;

/**
 * Predicts each method within the same memory budgets, with the same tokens per step. Each method uses the fastest batch size and
 * recomputation that fit. A method that needs less memory can use larger batches and recompute less, so it saves more time than with
 * the same batches.
 */
public record EqualMemoryForecast(List<BudgetRow> rows) {
    /** The method that the others are compared with. */
    static final String FULL = "FFT";

    public EqualMemoryForecast {
        rows = List.copyOf(rows);
    }

    /** The methods within one budget, by name. */
    public record BudgetRow(Budget budget, Map<String, Entry> methods) {
        public BudgetRow {
            methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
        }

        /** The step time relative to FFT's; empty unless both fit and have a time. */
        OptionalDouble timeAgainstFull(Entry entry) {
            var full = Optional.ofNullable(methods.get(FULL)).flatMap(Entry::step);
            if (full.isEmpty() || entry.step().isEmpty()) return OptionalDouble.empty();
            return OptionalDouble.of(entry.step().get().seconds() / full.get().seconds());
        }

        /** Whether no method fits. */
        public boolean empty() {
            return methods.values().stream().noneMatch(Entry::fits);
        }
    }

    /**
     * A method within a budget.
     *
     * @param cut the fastest cut that fits, or the one with the least memory if none fits
     * @param step empty if it does not fit or no time is predicted
     */
    public record Entry(boolean fits, StepCut cut, Optional<StepForecast> step) {}

    /** Predicts the time of a step. */
    @FunctionalInterface
    public interface Clock {
        StepForecast step(TrainingShape shape, Selection selection, Recomputation recomputation);
    }

    /**
     * Finds the best cut of the step for every method and budget.
     *
     * @param asked gives the rows per step
     * @param methods by name, including FFT
     * @param ladder allowed levels of recomputation, least first
     * @param backend its allocations are measured
     * @param clock empty: no times, and the cut has the least recomputation
     */
    public static EqualMemoryForecast of(
            TrainingShape asked,
            Map<String, Selection> methods,
            List<Budget> budgets,
            List<Recomputation> ladder,
            Backend backend,
            Optional<Clock> clock) {
        var columns = new LinkedHashMap<String, Column>();
        methods.forEach((name, selection) -> columns.put(name, Column.of(asked, selection, ladder, backend, clock)));
        var rows = new ArrayList<BudgetRow>();
        for (var budget : budgets) {
            var entries = new LinkedHashMap<String, Entry>();
            columns.forEach((name, column) -> entries.put(name, column.in(budget.bytes())));
            rows.add(new BudgetRow(budget, entries));
        }
        return new EqualMemoryForecast(rows);
    }

    /** A method's name as a JSON key. */
    static String key(String method) {
        return method.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    }

    /** One method within all budgets. Predictions are cached. */
    private record Column(
            TrainingShape asked,
            Selection selection,
            StepCuts cuts,
            Optional<Clock> clock,
            Map<StepCut, StepForecast> predicted) {

        static Column of(
                TrainingShape asked,
                Selection selection,
                List<Recomputation> ladder,
                Backend backend,
                Optional<Clock> clock) {
            int stepRows = Math.multiplyExact(asked.rows(), asked.batches());
            var cuts = new StepCuts(
                    stepRows,
                    ladder,
                    (rows, level) -> asked.canHold(rows)
                            ? asked.cut(rows, stepRows / rows)
                                    .memory(selection.trainable(), level, backend)
                                    .total()
                            : Long.MAX_VALUE);
            return new Column(asked, selection, cuts, clock, new HashMap<>());
        }

        Entry in(long budget) {
            if (clock.isEmpty()) {
                return cuts.leastRecomputation(budget)
                        .map(cut -> new Entry(true, cut, Optional.empty()))
                        .orElseGet(this::smallest);
            }
            Entry best = null;
            double seconds = Double.POSITIVE_INFINITY;
            for (var cut : cuts.fitting(budget)) {
                var step = predicted.computeIfAbsent(cut, c -> predict(clock.get(), c));
                if (step.seconds() >= seconds) continue;
                seconds = step.seconds();
                best = new Entry(true, cut, Optional.of(step));
            }
            return best == null ? smallest() : best;
        }

        private StepForecast predict(Clock with, StepCut cut) {
            return with.step(asked.cut(cut.rows(), cut.batches()), selection, cut.recomputation());
        }

        private Entry smallest() {
            return new Entry(false, cuts.smallest(), Optional.empty());
        }
    }
}
