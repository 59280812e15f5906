package org.halftune.plan;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.cost.CostBackend;
import org.halftune.hft.Selection;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Recomputation;
import org.halftune.plan.StepKind.ReferenceModel;
import org.halftune.train.memory.MemoryPlan;

/**
 * The forecast for one method: memory at each level of recomputation, the level that will be used, and, for a GPU, a step's time.
 *
 * @param memory by level of recomputation, the fastest first
 * @param taken the first level that fits; empty: none fits
 * @param step the step at that level; empty if no time is predicted
 * @param reference seconds of the step in which a reference model runs; empty: none does, or no time is predicted
 * @param utilisation model FLOP utilisation ({@link TrainingShape#operationsOfToken})
 */
public record TrainingForecast(
        Selection selection,
        Map<Recomputation, MemoryPlan> memory,
        Optional<Recomputation> taken,
        Optional<StepForecast> step,
        OptionalDouble reference,
        double utilisation) {

    /**
     * Predicts memory only.
     *
     * @param levels allowed levels of recomputation, in order of preference
     * @param available bytes available
     */
    public static TrainingForecast ofMemory(
            TrainingShape shape, Selection selection, List<Recomputation> levels, Backend backend, long available) {
        var memory = new EnumMap<Recomputation, MemoryPlan>(Recomputation.class);
        for (var level : levels) {
            memory.put(level, shape.memory(selection.trainable(), level, backend));
        }
        var taken = levels.stream()
                .filter(level -> {
                    var plan = memory.get(level);
                    return plan != null && plan.total() <= available;
                })
                .findFirst();
        return new TrainingForecast(selection, memory, taken, Optional.empty(), OptionalDouble.empty(), 0);
    }

    /** Predicts memory, and the step at the level that is used, or at the last level if none fits. */
    public static TrainingForecast of(
            TrainingShape shape, Selection selection, List<Recomputation> levels, Target device, Gpu gpu, Rates rates) {
        try (var backend = device.open()) {
            var memory = ofMemory(shape, selection, levels, backend, device.available());
            var level = memory.taken.orElse(levels.getLast());
            var step = step(backend, shape, selection, level, gpu, rates);
            double needed = operationsOfToken(shape, selection.trainable());
            double utilisation = needed * step.tokensPerSecond() / gpu.operationsPerSecond();
            var reference = shape.kind().runsReference()
                    ? OptionalDouble.of(step.seconds() - without(shape, selection, level, device, gpu, rates))
                    : OptionalDouble.empty();
            return new TrainingForecast(
                    selection, memory.memory, memory.taken, Optional.of(step), reference, utilisation);
        }
    }

    /** Seconds of the same step where the reference ran before the training. */
    private static double without(
            TrainingShape shape, Selection selection, Recomputation level, Target device, Gpu gpu, Rates rates) {
        try (var backend = device.open()) {
            var precomputed = shape.of(new StepKind.Preferences(ReferenceModel.PRECOMPUTED));
            return step(backend, precomputed, selection, level, gpu, rates).seconds();
        }
    }

    private static StepForecast step(
            CostBackend backend, TrainingShape shape, Selection selection, Recomputation level, Gpu gpu, Rates rates) {
        var log = StepPrediction.of(backend, shape, selection.trainable(), level);
        return StepForecast.of(log, shape.stepTokens(), gpu, rates);
    }

    /** Predicts steps for {@link EqualMemoryForecast}. */
    public static EqualMemoryForecast.Clock clock(Target device, Gpu gpu, Rates rates) {
        return (shape, selection, level) -> {
            try (var backend = device.open()) {
                return step(backend, shape, selection, level, gpu, rates);
            }
        };
    }

    private static double operationsOfToken(TrainingShape shape, Set<String> trainable) {
        long counted = 0, learning = 0;
        for (var spec : ParameterSpec.all(shape.config())) {
            if (spec.role() == ParameterRole.EMBEDDING && !shape.config().tiedHead()) continue;
            counted += spec.elements();
            if (trainable.contains(spec.name())) learning += spec.elements();
        }
        return shape.operationsOfToken(counted, learning);
    }

    /** The device of a prediction. */
    public interface Target {
        CostBackend open();

        long available();
    }
}
