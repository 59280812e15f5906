package org.halftune.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.DeviceArena;
import org.halftune.backend.Measure;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/** All parameters of a model in device memory. Lives through all rounds; closing frees it. */
public final class Weights implements AutoCloseable {
    /** Elements drawn at a time, so that a large embedding never lies on the heap. */
    private static final long CHUNK = 1 << 20;

    private final Backend backend;
    private final LlamaConfig config;
    private final List<ParameterSpec> specs;
    private final JointLayout layout;
    private final DeviceArena arena;

    private Weights(Backend backend, LlamaConfig config) {
        this.backend = backend;
        this.config = config;
        specs = ParameterSpec.all(config);
        arena = new DeviceArena(backend, Category.WEIGHTS, bytes(config, backend.storage()));
        layout = JointLayout.allocate(arena, backend.storage(), specs);
    }

    /** Device bytes of a model's weights. */
    public static long bytes(LlamaConfig config, DType storage) {
        return Measure.of(storage, a -> JointLayout.allocate(a, storage, ParameterSpec.all(config)));
    }

    /** Uploads every parameter from {@code source}; what it throws passes through, and nothing stays allocated. */
    public static Weights load(Backend backend, LlamaConfig config, WeightSource source) {
        var weights = new Weights(backend, config);
        try {
            for (var spec : weights.specs) backend.upload(weights.tensor(spec.name()), source.get(spec.name()));
            return weights;
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }

    /**
     * A fresh model: matrices normal with {@link LlamaConfig#initializerRange}, norms 1. The same seed gives the same
     * weights, and a parameter's values depend on its name alone, not on what else there is.
     */
    public static Weights random(Backend backend, LlamaConfig config, long seed) {
        var weights = new Weights(backend, config);
        for (var spec : weights.specs) {
            var tensor = weights.tensor(spec.name());
            // java.util.Random's algorithm is specified, so the model is the same on every Java.
            var random = new Random(seed * 31 + spec.name().hashCode());
            long rows = Math.max(1, CHUNK * spec.shape().dim(0) / spec.elements());
            for (long from = 0; from < spec.shape().dim(0); from += rows) {
                var part = tensor.rows(from, Math.min(from + rows, spec.shape().dim(0)));
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
        return weights;
    }

    public LlamaConfig config() {
        return config;
    }

    public List<ParameterSpec> specs() {
        return specs;
    }

    /** The device tensor of a parameter. */
    public Tensor tensor(String name) {
        var tensor = layout.tensors().get(name);
        if (tensor == null) throw new IllegalArgumentException("no parameter " + name);
        return tensor;
    }

    /** The matrices of a layer that read the same input, as one [ΣO,I]. */
    Tensor joint(Joint joint, int layer) {
        return layout.groups().stream()
                .filter(group -> group.specs().getFirst().layer() == layer
                        && group.specs().getFirst().role() == joint.roles().getFirst())
                .findFirst()
                .orElseThrow()
                .tensor();
    }

    /** A copy on the heap. */
    public HostTensor download(String name) {
        return backend.download(tensor(name));
    }

    @Override
    public void close() {
        arena.close();
    }
}
