package org.halftune.train.memory;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.MeasuringBackend;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * The device memory that a training will hold, by category. It is found by laying the training out on a backend that counts
 * and allocates nothing, so it is the allocator's own figure.
 */
public record MemoryPlan(Map<Category, Long> bytes) {

    /**
     * What a training of {@code trainable} needs for batches up to {@code capacity}.
     *
     * @throws org.halftune.problem.InputError if the backend cannot train this model, or not in this precision
     */
    public static MemoryPlan of(
            LlamaConfig config,
            Set<String> trainable,
            Capacity capacity,
            Recomputation recomputation,
            AdamWConfig adamW,
            Backend backend) {
        backend.requireHeadSize(config.headSize());
        var measuring = MeasuringBackend.like(backend);
        var storage = backend.storage();
        var shapes = ParameterSpec.all(config).stream()
                .collect(Collectors.toMap(ParameterSpec::name, spec -> withoutMemory(storage, spec)));
        try (var weights =
                        Weights.load(measuring, config, trainable, name -> Objects.requireNonNull(shapes.get(name)));
                var parameters = Parameters.of(measuring, weights);
                var _ = new Llama(measuring, parameters, capacity, recomputation);
                var _ = new AdamW(measuring, parameters, adamW)) {
            return new MemoryPlan(measuring.memory().held());
        }
    }

    private static HostTensor withoutMemory(DType storage, ParameterSpec spec) {
        var nowhere = MemorySegment.NULL.reinterpret(spec.elements() * storage.bytes());
        return new HostTensor(storage, spec.shape(), nowhere);
    }

    public long total() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
