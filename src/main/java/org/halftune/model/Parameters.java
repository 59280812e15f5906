package org.halftune.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.DeviceArena;
import org.halftune.backend.Gradient;
import org.halftune.backend.Measure;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;

/**
 * The parameters of one round: the shared weights, and a gradient for each that learns. Owns the gradients, not the
 * weights; a new round closes this and makes another.
 */
public final class Parameters implements AutoCloseable {
    private final Weights weights;
    private final Map<String, Parameter> byName = new LinkedHashMap<>();
    private final DeviceArena arena;

    private Parameters(Backend backend, Weights weights, Set<String> trainable) {
        this.weights = weights;
        trainable.forEach(weights::tensor); // an unknown name is an error, not something that silently never learns
        arena = new DeviceArena(backend, Category.GRADIENTS, gradientBytes(weights.specs(), trainable));
        for (var spec : weights.specs()) {
            var gradient = trainable.contains(spec.name()) ? new Gradient(arena.floats(dims(spec))) : null;
            byName.put(spec.name(), new Parameter(spec, weights.tensor(spec.name()), gradient));
        }
    }

    private static long[] dims(ParameterSpec spec) {
        return spec.shape().dims().stream().mapToLong(Long::longValue).toArray();
    }

    /** @param trainable Hugging Face names; empty for inference */
    public static Parameters of(Backend backend, Weights weights, Set<String> trainable) {
        return new Parameters(backend, weights, trainable);
    }

    /** Device bytes of the gradients of the {@code trainable} among {@code specs}. */
    public static long gradientBytes(List<ParameterSpec> specs, Set<String> trainable) {
        return Measure.of(
                DType.F32,
                allocator -> specs.stream()
                        .filter(spec -> trainable.contains(spec.name()))
                        .forEach(spec -> allocator.floats(dims(spec))));
    }

    public LlamaConfig config() {
        return weights.config();
    }

    public Parameter get(String name) {
        var parameter = byName.get(name);
        if (parameter == null) throw new IllegalArgumentException("no parameter " + name);
        return parameter;
    }

    /** The parameter of a role in a layer; outside the layers the layer is ignored. */
    public Parameter get(ParameterRole role, int layer) {
        return get(role.parameterName(layer));
    }

    /** The matrices of a layer that read the same input, as one [ΣO,I]. */
    Tensor joint(Joint joint, int layer) {
        return weights.joint(joint, layer);
    }

    /** In the order of a forward pass. */
    public List<Parameter> trainable() {
        return byName.values().stream().filter(Parameter::trainable).toList();
    }

    @Override
    public void close() {
        arena.close();
    }
}
