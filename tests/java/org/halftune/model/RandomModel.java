package org.halftune.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * A small Llama with drawn shape and drawn weights, and batches for it.
 *
 * @param values of every parameter, by name; exactly what fp32 holds
 */
record RandomModel(LlamaConfig config, Map<String, float[]> values) {

    /** Odd sizes, 1 to 3 layers, any grouping, head size apart from hidden / heads, tied or not, scaled RoPE or not. */
    static RandomModel draw(Random random) {
        int keyHeads = 1 + random.nextInt(3), group = 1 + random.nextInt(3), headSize = 2 * (1 + random.nextInt(6));
        Rope rope = random.nextInt(3) > 0 ? new Rope.Default(100) : new Rope.Llama3(100, 4, 1, 4, 8);
        return of(
                new LlamaConfig(
                        5 + random.nextInt(40),
                        3 + random.nextInt(20),
                        1 + random.nextInt(30),
                        1 + random.nextInt(3),
                        keyHeads * group,
                        keyHeads,
                        headSize,
                        64,
                        random.nextBoolean() ? 1e-5f : 1e-2f,
                        rope,
                        random.nextBoolean(),
                        0.02f,
                        DType.F32),
                random);
    }

    /** Weights so large that every part of the model matters to the loss. */
    static RandomModel of(LlamaConfig config, Random random) {
        var values = new LinkedHashMap<String, float[]>();
        for (var spec : ParameterSpec.all(config)) {
            var v = new float[(int) spec.elements()];
            double scale = spec.isMatrix() ? 1 / Math.sqrt(spec.shape().dim(1)) : 0.3;
            for (int i = 0; i < v.length; i++) {
                v[i] = (float) ((spec.isMatrix() ? 0 : 1) + random.nextGaussian() * scale);
            }
            values.put(spec.name(), v);
        }
        return new RandomModel(config, values);
    }

    /** Two layers, grouped-query attention. */
    static RandomModel small(boolean tied, Random random) {
        return of(
                new LlamaConfig(37, 24, 40, 2, 4, 2, 8, 128, 1e-5f, new Rope.Default(10_000), tied, 0.02f, DType.F32),
                random);
    }

    /** Nothing is trainable. */
    Weights on(Backend backend) {
        return on(backend, Set.of());
    }

    Weights on(Backend backend, Set<String> trainable) {
        return Weights.load(backend, config, trainable, source());
    }

    WeightSource source() {
        return name -> HostTensor.of(spec(name).shape(), values.get(name));
    }

    private ParameterSpec spec(String name) {
        return ParameterSpec.all(config).stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    Set<String> names() {
        return new LinkedHashSet<>(values.keySet());
    }

    /** Sequences of different lengths, one of them possibly a single token, with a part of the labels masked. */
    Batch batch(Random random, int sequences, int longest) {
        var ids = new ArrayList<int[]>();
        var labels = new ArrayList<int[]>();
        for (int s = 0; s < sequences; s++) {
            int length = s == 0 ? Math.max(2, longest) : 1 + random.nextInt(longest);
            ids.add(random.ints(length, 0, config.vocabSize()).toArray());
            var wanted = ids.getLast().clone();
            for (int i = 0; i < length; i++) if (random.nextInt(4) == 0 && (s > 0 || i > 1)) wanted[i] = Batch.IGNORED;
            labels.add(wanted);
        }
        return Batch.of(ids, labels);
    }

    static Capacity capacity(Batch batch) {
        return new Capacity(batch.tokenCount(), batch.sequenceCount());
    }

    /** Gradients of the trainable parameters by name, of the batches' mean loss together. */
    static Map<String, float[]> gradients(
            Backend backend, Weights weights, Set<String> trainable, Recomputation recomputation, List<Batch> batches) {
        var all = new LinkedHashMap<String, float[]>();
        int labelled = batches.stream().mapToInt(Batch::labelledCount).sum();
        var capacity = new Capacity(
                batches.stream().mapToInt(Batch::tokenCount).max().orElseThrow(),
                batches.stream().mapToInt(Batch::sequenceCount).max().orElseThrow());
        weights.select(trainable);
        try (var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, capacity, recomputation)) {
            for (var batch : batches) {
                Passes.forwardBackward(llama, batch, 1.0 / labelled, batch == batches.getFirst());
            }
            for (var p : parameters.trainable()) {
                all.put(p.spec().name(), backend.download(p.gradient().tensor()).toFloats());
            }
        }
        return all;
    }
}
