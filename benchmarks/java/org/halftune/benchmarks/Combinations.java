package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is measured together: on one device, at one shape and state, the methods that are compared.
 *
 * @param methods a word for every parameter of {@link TrainingStepBenchmark}, for each method
 */
record Combinations(List<Map<String, String>> methods) {
    /** What methods differ in. FFT has only the first. */
    static final Set<String> OF_METHOD = Set.of("method", "strategy", "ratio", "frozen");

    /** All combinations of the parameters' values; FFT once for each shape, whatever strategies there are. */
    static List<Combinations> of(Map<String, List<String>> parameters) {
        var shapes = new LinkedHashMap<Map<String, String>, List<Map<String, String>>>();
        for (var words : product(parameters)) {
            boolean full = words.get("method").equalsIgnoreCase("FFT");
            var shape = new LinkedHashMap<>(words);
            shape.keySet().removeAll(OF_METHOD);
            var step = new LinkedHashMap<>(words);
            step.replaceAll(
                    (name, word) -> full && OF_METHOD.contains(name) && !name.equals("method") ? Learning.NONE : word);
            var steps = shapes.computeIfAbsent(shape, _ -> new ArrayList<>());
            if (!steps.contains(step)) steps.add(step);
        }
        return shapes.values().stream().map(Combinations::new).toList();
    }

    private static List<Map<String, String>> product(Map<String, List<String>> parameters) {
        List<Map<String, String>> all = List.of(Map.of());
        for (var parameter : parameters.entrySet()) {
            var longer = new ArrayList<Map<String, String>>();
            for (var words : all) {
                for (var word : parameter.getValue()) {
                    var more = new LinkedHashMap<>(words);
                    more.put(parameter.getKey(), word);
                    longer.add(more);
                }
            }
            all = longer;
        }
        return all;
    }

    /** For people: device, preset, tokens, method and what of it was asked for. */
    static String name(Map<String, String> words) {
        var name = new StringBuilder(words.get("device") + " " + words.get("preset"));
        if (!words.get("tokens").equals(StepCase.AUTO)) name.append(' ').append(words.get("tokens"));
        for (var part : new String[] {"method", "strategy", "ratio"}) {
            if (!words.get(part).equals(Learning.NONE)) name.append(' ').append(words.get(part));
        }
        var frozen = words.get("frozen");
        if (!frozen.equals(Learning.NONE) && !frozen.equals("none"))
            name.append(' ').append(frozen).append(" frozen");
        return name.toString();
    }
}
