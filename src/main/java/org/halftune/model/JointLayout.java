package org.halftune.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.backend.Allocator;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;

/**
 * A tensor for each of some parameters, where those of a {@link Joint} that follow one another share one allocation.
 *
 * @param tensors by the parameter's name
 * @param groups the shared allocations and those of single parameters, with what lies in them from the first row to the last
 */
record JointLayout(Map<String, Tensor> tensors, List<Group> groups) {

    /** @param tensor [ΣO,I], or the one parameter's own shape */
    record Group(Tensor tensor, List<ParameterSpec> specs) {}

    static JointLayout allocate(Allocator allocator, DType dtype, List<ParameterSpec> specs) {
        var tensors = new LinkedHashMap<String, Tensor>();
        var groups = Joint.together(specs).stream()
                .map(together -> new Group(allocator.allocate(dtype, dims(together)), together))
                .toList();
        for (var group : groups) {
            long row = 0;
            for (var spec : group.specs) {
                long rows = spec.shape().dim(0);
                tensors.put(spec.name(), group.tensor.rows(row, row + rows));
                row += rows;
            }
        }
        return new JointLayout(tensors, groups);
    }

    private static long[] dims(List<ParameterSpec> together) {
        var dims = together.getFirst().shape().dims().stream()
                .mapToLong(Long::longValue)
                .toArray();
        dims[0] = together.stream().mapToLong(spec -> spec.shape().dim(0)).sum();
        return dims;
    }
}
