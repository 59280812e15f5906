package org.halftune.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code halftune plan} found: the forecasts of the methods, by name, and what they were made for.
 *
 * @param model as it was named
 * @param device what the memory is of
 * @param available bytes that a plan may have there
 * @param gpu whose rates the times are of; empty: memory alone
 * @param equalMemory the methods in given amounts of memory; empty: not asked for, and no times to compare
 * @param asked whether these amounts were asked for, and are all that a reader wants
 * @param notes what a reader must know: assumptions, and what was taken for what
 */
public record Forecasts(
        String model,
        TrainingShape shape,
        String device,
        long available,
        Optional<Gpu> gpu,
        Map<String, TrainingForecast> methods,
        Optional<EqualMemoryForecast> equalMemory,
        boolean asked,
        List<String> notes) {
    /** What {@code device} is for the processor. */
    public static final String CPU = "the CPU";

    public Forecasts {
        methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
        notes = List.copyOf(notes);
    }

    boolean onCpu() {
        return device.equals(CPU);
    }
}
