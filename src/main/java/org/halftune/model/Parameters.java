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
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;
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

    private static Layout layOut(Allocator arena, Weights weights, Set<String> trainable) {
        long elements = weights.specs().stream()
                .filter(spec -> trainable.contains(spec.name()))
                .mapToLong(spec -> Slices.aligned(spec.elements()))
                .sum();
        var gradients = arena.floats(elements);
        var a = new Slices(gradients);
        var byName = new LinkedHashMap<String, Parameter>();
        for (var spec : weights.specs()) {
            var gradient = trainable.contains(spec.name()) ? new Gradient(a.floats(spec.dims())) : null;
            byName.put(spec.name(), new Parameter(spec, weights.tensor(spec.name()), gradient));
        }
        return new Layout(byName, gradients);
    }

    /** Hands out one fp32 tensor from front to back, at aligned addresses. */
    private static final class Slices implements Allocator {
        private final Tensor whole;
        private long used;

        Slices(Tensor whole) {
            this.whole = whole;
        }

        @Override
        public Tensor allocate(DType dtype, long... dims) {
            long elements = Shape.of(dims).elements();
            var slice = whole.rows(used, used + elements).as(dims);
            used += aligned(elements);
            return slice;
        }

        @Override
        public DType storage() {
            return whole.dtype();
        }

        static long aligned(long elements) {
            return Allocator.aligned(elements * Float.BYTES) / Float.BYTES;
        }
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
     * All gradients as one tensor [N] fp32: what is done to every element alike needs one launch. After each gradient are zeros up to
     * the next aligned address, which no pass writes; so N is aligned too.
     */
    public Tensor gradients() {
        return Objects.requireNonNull(layout.gradients, "a reference has no gradients");
    }

    @Override
    public void close() {
        arenas.close();
    }
}
