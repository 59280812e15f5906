package org.halftune.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightSource;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * Random bf16 weights as fast as memory can be copied: a billion normal numbers, drawn one by one, would take a minute. A
 * million are drawn; each parameter is put together from stretches of them that begin at random places. The same every time.
 *
 * <p>A tensor is valid until the next is asked for.
 */
final class DrawnWeights implements WeightSource, AutoCloseable {
    private static final int DRAWN = 1 << 20;
    private static final int STRETCH = 1 << 14;

    private final Map<String, ParameterSpec> specs = new HashMap<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment normal = arena.allocate(2L * DRAWN);
    private final MemorySegment buffer;

    DrawnWeights(LlamaConfig config) {
        long largest = 0;
        for (var spec : ParameterSpec.all(config)) {
            specs.put(spec.name(), spec);
            largest = Math.max(largest, spec.elements());
        }
        var random = new Random(1);
        for (int i = 0; i < DRAWN; i++) put(normal, i, (float) random.nextGaussian() * config.initializerRange());
        buffer = arena.allocate(2 * largest);
    }

    private static void put(MemorySegment bf16, long i, float value) {
        bf16.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, HostTensor.toBfloat16(value));
    }

    /** Matrices are normal with the config's deviation, norms are 1. */
    @Override
    public HostTensor get(String name) {
        var spec = specs.get(name);
        if (spec == null) throw new IllegalArgumentException("no parameter " + name);
        long elements = spec.elements();
        var places = new SplittableRandom(name.hashCode());
        for (long from = 0; from < elements; from += STRETCH) {
            long length = Math.min(STRETCH, elements - from);
            if (spec.isMatrix()) {
                long place = places.nextInt(DRAWN - STRETCH);
                MemorySegment.copy(normal, 2 * place, buffer, 2 * from, 2 * length);
            } else {
                for (long i = from; i < from + length; i++) put(buffer, i, 1);
            }
        }
        return new HostTensor(DType.BF16, spec.shape(), buffer.asSlice(0, 2 * elements));
    }

    @Override
    public void close() {
        arena.close();
    }
}
