package org.halftune.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.Gradient;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one round: the weights, and a gradient for each trainable one. Owns the gradients, not the weights; a new
 * round closes this and makes another. Those of a reference model have no gradients, and own the weights that they do not share.
 */
public final class Parameters implements AutoCloseable {
    private final Weights weights;
    private final DeviceArenas arenas;
    private final Layout layout;
    /** A reference's own. */
    private final List<Weight> own;

    /** @param gradients all of them, one after another in one tensor; between them are zeros, for alignment. Null: none */
    private record Layout(
            Map<String, Parameter> byName, @Nullable Tensor gradients) {}

    private Parameters(Backend backend, Weights weights, Set<String> trainable) {
        this.weights = weights;
        own = List.of();
        arenas = new DeviceArenas(backend);
        layout = arenas.reserve(MemoryCategory.GRADIENTS, a -> layOut(a, weights, trainable));
    }

    private Parameters(Backend backend, Weights weights, Set<String> copied, WeightSource source) {
        this.weights = weights;
        arenas = new DeviceArenas(backend);
        var copies = weights.specs().stream()
                .filter(spec -> copied.contains(spec.name()))
                .toList();
        own = arenas.reserve(MemoryCategory.REFERENCE, a -> Weight.allocate(a, copies));
        var byName = new LinkedHashMap<String, Parameter>();
        for (var spec : weights.specs()) {
            var value = own.stream()
                    .filter(weight -> weight.parameters().contains(spec))
                    .findFirst()
                    .map(weight -> weight.of(spec))
                    .orElseGet(() -> weights.tensor(spec.name()));
            byName.put(spec.name(), new Parameter(spec, value, null));
        }
        layout = new Layout(byName, null);
        try {
            for (var spec : copies) backend.upload(get(spec.name()).value(), source.get(spec.name()));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static Layout layOut(Allocator a, Weights weights, Set<String> trainable) {
        long elements = 0;
        for (var spec : weights.specs()) if (trainable.contains(spec.name())) elements += aligned(spec.elements());
        var gradients = a.floats(elements);
        var byName = new LinkedHashMap<String, Parameter>();
        long from = 0;
        for (var spec : weights.specs()) {
            @Nullable Gradient gradient = null;
            if (trainable.contains(spec.name())) {
                gradient = new Gradient(
                        gradients.rows(from, from + spec.elements()).as(spec.dims()));
                from += aligned(spec.elements());
            }
            byName.put(spec.name(), new Parameter(spec, weights.tensor(spec.name()), gradient));
        }
        return new Layout(byName, gradients);
    }

    /** Floats that a gradient takes, so that the next begins at an aligned address. */
    private static long aligned(long elements) {
        return Allocator.aligned(elements * Float.BYTES) / Float.BYTES;
    }

    /** With a gradient for each parameter that {@link Weights#trainable} names. */
    public static Parameters of(Backend backend, Weights weights) {
        return new Parameters(backend, weights, weights.trainable());
    }

    /** Without gradients, also for trainable parameters. */
    public static Parameters forInference(Backend backend, Weights weights) {
        return new Parameters(backend, weights, Set.of());
    }

    /**
     * Of a reference model that shares weights.
     *
     * @param weights what it shares; these must keep their values
     * @param copied names of the parameters that it has of its own
     * @param source the values of those
     */
    public static Parameters ofReference(Backend backend, Weights weights, Set<String> copied, WeightSource source) {
        return new Parameters(backend, weights, copied, source);
    }

    public LlamaConfig config() {
        return weights.config();
    }

    /** By Hugging Face's name. */
    public Parameter get(String name) {
        var parameter = layout.byName.get(name);
        if (parameter == null) throw new IllegalArgumentException("no parameter " + name);
        return parameter;
    }

    /** The parameter of a role in a layer; outside the layers the layer is ignored. */
    public Parameter get(ParameterRole role, int layer) {
        return get(role.parameterName(layer));
    }

    /** The weight that holds these parameters and no other; empty where a reference shares some of them. */
    Optional<Weight> weight(List<ParameterSpec> specs) {
        if (own.stream().noneMatch(weight -> weight.parameters().stream().anyMatch(specs::contains)))
            return Optional.of(weights.weight(specs));
        return own.stream().filter(weight -> weight.parameters().equals(specs)).findFirst();
    }

    /** In the order of a forward pass. */
    public List<Parameter> trainable() {
        return layout.byName.values().stream().filter(Parameter::trainable).toList();
    }

    /**
     * All gradients as one tensor [N] fp32: what is done to every element alike needs one launch. Between gradients are zeros, which
     * no pass writes.
     */
    public Tensor gradients() {
        return Objects.requireNonNull(layout.gradients, "a reference has no gradients");
    }

    @Override
    public void close() {
        arenas.close();
    }
}
