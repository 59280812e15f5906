package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceFailure;
import org.halftune.problem.InputError;

/**
 * The combinations that can be measured here: their device is there and has the memory.
 *
 * @param descriptions of the devices, by the name by which they were asked for
 */
record Measurable(List<Combinations> combinations, Map<String, String> descriptions) {

    /**
     * Opens each device once and plans each step; nothing is allocated.
     *
     * @param skipped receives one line for each thing left out, with the reason
     * @throws InputError if a parameter's value is not known
     */
    static Measurable of(List<Combinations> asked, Consumer<String> skipped) {
        var byDevice = new LinkedHashMap<String, List<Combinations>>();
        for (var combinations : asked) {
            combinations.methods().forEach(StepCase::of); // bad words end it before anything is measured
            var device = combinations.methods().getFirst().get("device");
            byDevice.computeIfAbsent(device, _ -> new ArrayList<>()).add(combinations);
        }
        byDevice.keySet().forEach(Measurable::requireName);
        var measurable = new ArrayList<Combinations>();
        var descriptions = new HashMap<String, String>();
        byDevice.forEach((device, there) -> {
            int threads = StepCase.of(there.getFirst().methods().getFirst()).threads();
            try (var backend = Devices.open(device, threads)) {
                descriptions.put(device, backend.description());
                for (var combinations : there) {
                    var fitting = new Combinations(combinations.methods().stream()
                            .filter(words -> fits(words, backend, skipped))
                            .toList());
                    if (!fitting.methods().isEmpty()) measurable.add(fitting);
                }
            } catch (InputError e) {
                skipped.accept(device + ": " + e.getMessage());
            } catch (DeviceFailure e) {
                skipped.accept(device + ": " + e.getMessage());
            }
        });
        return new Measurable(measurable, descriptions);
    }

    private static void requireName(String device) {
        if (device.matches("cpu|cuda(:\\d+)?")) return;
        throw new InputError("there is no device " + device, "-p device", "choose of cpu, cuda, cuda:N");
    }

    private static boolean fits(Map<String, String> words, Backend backend, Consumer<String> skipped) {
        try {
            StepCase.of(words).work(backend);
            return true;
        } catch (InputError e) {
            skipped.accept(Combinations.name(words) + ": " + e.what());
            return false;
        }
    }
}
