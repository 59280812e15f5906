package org.halftune.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * All parameters of a model in device memory, and which of them are trainable: that is known before anything is laid out.
 * Closing frees the memory.
 */
public final class Weights implements AutoCloseable {
    /** Elements drawn at a time, so that a large embedding never lies on the heap. */
    private static final long CHUNK = 1 << 20;

    private final Backend backend;
    private final LlamaConfig config;
    private final List<ParameterSpec> specs;
    private final DeviceArenas arenas;
    private final List<Weight> layout;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private Set<String> trainable;

    private Weights(Backend backend, LlamaConfig config, Set<String> trainable) {
        this.backend = backend;
        this.config = config;
        specs = ParameterSpec.all(config);
        this.trainable = known(trainable);
        arenas = new DeviceArenas(backend);
        layout = arenas.reserve(MemoryCategory.WEIGHTS, a -> Weight.allocate(a, specs));
        for (var weight : layout) {
            for (var spec : weight.parameters()) tensors.put(spec.name(), weight.of(spec));
        }
    }

    /** A name that the model does not have is an error: it would silently never be trained. */
    private Set<String> known(Set<String> names) {
        var all = specs.stream().map(ParameterSpec::name).toList();
        for (var name : names) {
            if (!all.contains(name)) throw new IllegalArgumentException("no parameter " + name);
        }
        return Set.copyOf(names);
    }

    /**
     * Uploads every parameter from {@code source}. If it throws, nothing stays allocated.
     *
     * @param trainable Hugging Face's names; empty for inference
     */
    public static Weights load(Backend backend, LlamaConfig config, Set<String> trainable, WeightSource source) {
        return new Weights(backend, config, trainable)
                .filled((spec, tensor) -> backend.upload(tensor, source.get(spec.name())));
    }

    /**
     * A fresh model: matrices normal with {@link LlamaConfig#initializerRange}, norms 1. The same seed gives the same weights,
     * and a parameter's values depend on the seed and its name alone.
     *
     * @param trainable Hugging Face's names
     */
    public static Weights random(Backend backend, LlamaConfig config, Set<String> trainable, long seed) {
        var weights = new Weights(backend, config, trainable);
        return weights.filled((spec, tensor) -> weights.draw(spec, tensor, seed));
    }

    private Weights filled(BiConsumer<ParameterSpec, Tensor> fill) {
        try {
            for (var spec : specs) fill.accept(spec, tensor(spec.name()));
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void draw(ParameterSpec spec, Tensor tensor, long seed) {
        // java.util.Random's algorithm is specified, so the model is the same on every Java.
        var random = new Random(seed * 31 + spec.name().hashCode());
        long rows = Math.max(1, CHUNK * spec.rows() / spec.elements());
        for (long from = 0; from < spec.rows(); from += rows) {
            var part = tensor.rows(from, Math.min(from + rows, spec.rows()));
            var values = new float[Math.toIntExact(part.elements())];
            if (spec.isMatrix()) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextGaussian() * config.initializerRange());
                }
            } else {
                Arrays.fill(values, 1);
            }
            backend.upload(part, new HostTensor(DType.F32, part.shape(), MemorySegment.ofArray(values)));
        }
    }

    public LlamaConfig config() {
        return config;
    }

    /** In the order of a forward pass. */
    public List<ParameterSpec> specs() {
        return specs;
    }

    /** The names of the parameters to be trained. */
    public Set<String> trainable() {
        return trainable;
    }

    /**
     * Selects for a new round. Values and addresses stay, because trainable and frozen weights are stored alike; gradients and
     * optimizer state of the round before are to be closed first.
     *
     * @param trainable Hugging Face's names
     */
    public void select(Set<String> trainable) {
        this.trainable = known(trainable);
    }

    /** The device tensor of a parameter. */
    public Tensor tensor(String name) {
        var tensor = tensors.get(name);
        if (tensor == null) throw new IllegalArgumentException("no parameter " + name);
        return tensor;
    }

    /** The weight that holds these parameters and no other. */
    Weight weight(List<ParameterSpec> specs) {
        return layout.stream()
                .filter(weight -> weight.parameters().equals(specs))
                .findFirst()
                .orElseThrow();
    }

    /** A copy on the heap. */
    public HostTensor download(String name) {
        return backend.download(tensor(name));
    }

    @Override
    public void close() {
        arenas.close();
    }
}
