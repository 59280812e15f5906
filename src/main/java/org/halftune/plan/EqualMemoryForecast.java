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
 * What each method can do in the same memory, at the same tokens a step. A step is cut into batches, and recomputes, as is fastest
 * among what fits: so a method that holds less takes larger batches and recomputes less, and saves time beyond what it saves in the
 * same batches.
 */
public record EqualMemoryForecast(List<BudgetRow> rows) {
    /** The method that the others are held against. */
    static final String FULL = "FFT";

    public EqualMemoryForecast {
        rows = List.copyOf(rows);
    }

    /** The methods in one budget, by name. */
    public record BudgetRow(Budget budget, Map<String, Entry> methods) {
        public BudgetRow {
            methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
        }

        /** Time of a step by FFT's; empty unless both fit and have a time. */
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
     * A method in a budget.
     *
     * @param cut the fastest that fits, or the smallest there is
     * @param step empty where it does not fit or no time is predicted
     */
    public record Entry(boolean fits, StepCut cut, Optional<StepForecast> step) {}

    /** Predicts a step. */
    @FunctionalInterface
    public interface Clock {
        StepForecast step(TrainingShape shape, Selection selection, Recomputation recomputation);
    }

    /**
     * Cuts the step of every method for every budget.
     *
     * @param asked its rows and batches make the step
     * @param methods by name, FFT among them
     * @param ladder rungs that may be taken, least recomputation first
     * @param backend whose allocations are measured
     * @param clock empty: no times, and the cut is the one of least recomputation
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

    /** A method's name as a key of JSON. */
    static String key(String method) {
        return method.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    }

    /** One method in all budgets; what was predicted once is kept. */
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
            var cuts = StepCuts.ofFullRows(
                    asked.config(),
                    selection,
                    Math.multiplyExact(asked.rows(), asked.batches()),
                    asked.rowTokens(),
                    asked.adamW(),
                    ladder,
                    backend);
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
            var shape = new TrainingShape(asked.config(), cut.rows(), asked.rowTokens(), cut.batches(), asked.adamW());
            return with.step(shape, selection, cut.recomputation());
        }

        private Entry smallest() {
            return new Entry(false, cuts.smallest(), Optional.empty());
        }
    }
}
