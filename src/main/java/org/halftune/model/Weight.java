package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.Allocator;
import org.halftune.backend.Tensor;

/**
 * How weights are stored: one parameter, or the matrices of a layer that read the same input (q, k, v; gate, up) one after
 * another, so that one product computes them all. O outputs, I inputs of a matrix.
 *
 * @param parameters in the order of their rows
 * @param values in the backend's storage type: [ΣO,I], a row for each output; a norm's [H]
 */
record Weight(List<ParameterSpec> parameters, Tensor values) {
    private static final List<List<ParameterRole>> SAME_INPUT = List.of(
            List.of(ParameterRole.QUERY, ParameterRole.KEY, ParameterRole.VALUE),
            List.of(ParameterRole.GATE, ParameterRole.UP));

    /** Lays out parameters, listed in the order of a forward pass. */
    static List<Weight> allocate(Allocator allocator, List<ParameterSpec> parameters) {
        return together(parameters).stream()
                .map(group -> new Weight(group, allocator.stored(dims(group))))
                .toList();
    }

    private static List<List<ParameterSpec>> together(List<ParameterSpec> parameters) {
        var groups = new ArrayList<List<ParameterSpec>>();
        for (var parameter : parameters) {
            if (!groups.isEmpty() && sameInput(groups.getLast().getLast(), parameter)) {
                groups.getLast().add(parameter);
            } else {
                groups.add(new ArrayList<>(List.of(parameter)));
            }
        }
        return groups;
    }

    private static boolean sameInput(ParameterSpec a, ParameterSpec b) {
        return a.layer() == b.layer()
                && SAME_INPUT.stream().anyMatch(roles -> roles.contains(a.role()) && roles.contains(b.role()));
    }

    private static long[] dims(List<ParameterSpec> group) {
        var dims = group.getFirst().dims();
        dims[0] = group.stream().mapToLong(ParameterSpec::rows).sum();
        return dims;
    }

    /** The index of a parameter's first row. */
    long firstRow(ParameterSpec parameter) {
        return parameters.stream()
                .takeWhile(before -> !before.equals(parameter))
                .mapToLong(ParameterSpec::rows)
                .sum();
    }

    /** The values of one parameter, in its own shape. */
    Tensor of(ParameterSpec parameter) {
        long first = firstRow(parameter);
        return values.rows(first, first + parameter.rows());
    }
}
