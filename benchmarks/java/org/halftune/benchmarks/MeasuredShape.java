package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Steps that differ in what learns alone: FFT first, if it was measured, then HFT's in their order. */
record MeasuredShape(List<MeasuredStep> steps) {

    static List<MeasuredShape> of(List<MeasuredStep> all) {
        var shapes = new LinkedHashMap<Map<String, String>, List<MeasuredStep>>();
        for (var step : all) {
            var shape = new HashMap<>(step.words());
            shape.keySet().removeAll(Combinations.OF_METHOD);
            var steps = shapes.computeIfAbsent(shape, _ -> new ArrayList<>());
            if (step.isFull()) steps.addFirst(step);
            else steps.add(step);
        }
        return shapes.values().stream().map(MeasuredShape::new).toList();
    }

    MeasuredStep first() {
        return steps.getFirst();
    }

    /** Device, preset, tokens a step; row length, state and threads if they are not the usual. */
    String name() {
        var name = new StringBuilder(first().word("device") + " · " + first().word("preset"));
        name.append(String.format(Locale.ROOT, " · %,d tokens a step", first().tokens()));
        if (!isUsual("length")) name.append(" · rows of ").append(first().word("length"));
        if (!first().state().equals("float32")) name.append(" · ").append(first().state());
        if (!isUsual("threads")) name.append(" · threads: ").append(first().word("threads"));
        return name.toString();
    }

    private boolean isUsual(String parameter) {
        var usual = Objects.requireNonNull(TrainingStepBenchmark.parameters().get(parameter));
        return usual.contains(first().word(parameter));
    }

    /**
     * A method's time as a multiple of FFT's: the mean over pairs of forks, the first of both, the second of both, …, which {@link
     * JmhRun} runs one after the other. Empty for FFT, and where FFT was not measured.
     */
    Optional<Estimate> ratio(MeasuredStep step) {
        if (step.isFull() || !first().isFull()) return Optional.empty();
        var ratios = new ArrayList<Double>();
        int pairs = Math.min(step.forks().size(), first().forks().size());
        for (int i = 0; i < pairs; i++)
            ratios.add(step.forks().get(i) / first().forks().get(i));
        return Optional.of(Estimate.of(ratios));
    }
}
