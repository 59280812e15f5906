package org.halftune.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The result of {@code halftune plan}: the forecast of each method, by name.
 *
 * @param model as given by the user
 * @param device the device that the plan is for
 * @param available bytes available there
 * @param gpu the GPU whose rates the times use; empty: memory only
 * @param precomputing seconds of the reference for a pair, where it runs before the first step; empty if the step is not one of
 *     preferences or no times are known
 * @param equalMemory the methods at equal memory; empty if not requested and no times are known
 * @param asked whether {@code --memory} was given, so that only this comparison is shown
 * @param notes assumptions and other notes
 */
public record Forecasts(
        String model,
        TrainingShape shape,
        String device,
        long available,
        Optional<Gpu> gpu,
        Map<String, TrainingForecast> methods,
        OptionalDouble precomputing,
        Optional<EqualMemoryForecast> equalMemory,
        boolean asked,
        List<String> notes) {
    /** The value of {@code device} for the CPU. */
    public static final String CPU = "the CPU";

    public Forecasts {
        methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
        notes = List.copyOf(notes);
    }

    boolean onCpu() {
        return device.equals(CPU);
    }
}
