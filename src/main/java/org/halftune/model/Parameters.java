package org.halftune.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.Gradient;
import org.halftune.backend.MemoryCategory;

/**
 * The parameters of one round: the weights, and a gradient for each trainable one. Owns the gradients, not the weights; a new
 * round closes this and makes another.
 */
public final class Parameters implements AutoCloseable {
    private final Weights weights;
    private final DeviceArenas arenas;
    private final Map<String, Parameter> byName;

    private Parameters(Backend backend, Weights weights, Set<String> trainable) {
        this.weights = weights;
        arenas = new DeviceArenas(backend);
        byName = arenas.reserve(MemoryCategory.GRADIENTS, a -> layOut(a, weights, trainable));
    }

    private static Map<String, Parameter> layOut(Allocator a, Weights weights, Set<String> trainable) {
        var byName = new LinkedHashMap<String, Parameter>();
        for (var spec : weights.specs()) {
            var gradient = trainable.contains(spec.name()) ? new Gradient(a.floats(spec.dims())) : null;
            byName.put(spec.name(), new Parameter(spec, weights.tensor(spec.name()), gradient));
        }
        return byName;
    }

    /** With a gradient for each parameter that {@link Weights#trainable} names. */
    public static Parameters of(Backend backend, Weights weights) {
        return new Parameters(backend, weights, weights.trainable());
    }

    /** Without gradients, also for trainable parameters. */
    public static Parameters forInference(Backend backend, Weights weights) {
        return new Parameters(backend, weights, Set.of());
    }

    public LlamaConfig config() {
        return weights.config();
    }

    /** By Hugging Face's name. */
    public Parameter get(String name) {
        var parameter = byName.get(name);
        if (parameter == null) throw new IllegalArgumentException("no parameter " + name);
        return parameter;
    }

    /** The parameter of a role in a layer; outside the layers the layer is ignored. */
    public Parameter get(ParameterRole role, int layer) {
        return get(role.parameterName(layer));
    }

    /** The weight that holds these parameters and no other. */
    Weight weight(List<ParameterSpec> specs) {
        return weights.weight(specs);
    }

    /** In the order of a forward pass. */
    public List<Parameter> trainable() {
        return byName.values().stream().filter(Parameter::trainable).toList();
    }

    @Override
    public void close() {
        arenas.close();
    }
}
