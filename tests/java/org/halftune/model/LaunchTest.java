package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.Backend;
import org.halftune.backend.Gradient;
import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;
import org.halftune.backend.UpdateTable;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** Which ops a training step launches: none for the gradient of a frozen matrix, and one AdamW. */
class LaunchTest {

    /** One call of an op. */
    private record Launch(String op, List<Object> arguments) {}

    /** A backend whose ops are written down before they run. */
    private static Backend recording(Backend backend, List<Launch> launches) {
        var ops = (Ops) Proxy.newProxyInstance(
                LaunchTest.class.getClassLoader(), new Class<?>[] {Ops.class}, (_, method, arguments) -> {
                    var list = new ArrayList<Object>();
                    for (var argument : arguments) list.add(argument);
                    launches.add(new Launch(method.getName(), list));
                    return call(method, backend.ops(), arguments);
                });
        return (Backend) Proxy.newProxyInstance(
                LaunchTest.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (_, method, arguments) -> method.getName().equals("ops") ? ops : call(method, backend, arguments));
    }

    private static Object call(java.lang.reflect.Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The launches of one step, optimizer included. */
    private static List<Launch> step(RandomModel model, Set<String> trainable, Recomputation r) {
        var launches = new ArrayList<Launch>();
        try (var cpu = CpuBackend.open(1)) {
            var backend = recording(cpu, launches);
            var batch = model.batch(new Random(1), 2, 20);
            try (var weights = model.on(backend, trainable);
                    var parameters = Parameters.of(backend, weights);
                    var llama = new Llama(backend, parameters, RandomModel.capacity(batch), r);
                    var adamW = new AdamW(backend, parameters, new AdamWConfig(0.9, 0.999, 1e-8, 0.1, 1))) {
                adamW.beginStep(1e-3);
                Passes.forwardBackward(llama, batch);
                adamW.update();
                // Memory is freed below, so what is compared by address is compared here.
                checkOptimizer(launches, parameters);
                checkWeightGradients(launches, parameters);
            }
        }
        return launches;
    }

    private static List<Launch> of(List<Launch> launches, String op) {
        return launches.stream().filter(launch -> launch.op.equals(op)).toList();
    }

    /** Exactly one launch, over exactly the trainable segments, with decay on matrices only. */
    private static void checkOptimizer(List<Launch> launches, Parameters parameters) {
        assertThat(of(launches, "adamW")).hasSize(1);
        assertThat(of(launches, "gradientNorm")).hasSize(1);
        var table = (UpdateTable) of(launches, "adamW").getFirst().arguments.getFirst();
        var segments = table.segments();
        var trainable = parameters.trainable();
        assertThat(segments)
                .extracting(AdamWSegment::weight)
                .isEqualTo(trainable.stream().map(Parameter::value).toList());
        assertThat(segments)
                .extracting(AdamWSegment::gradient)
                .isEqualTo(trainable.stream().map(Parameter::gradient).toList());
        assertThat(segments)
                .extracting(AdamWSegment::decayed)
                .isEqualTo(trainable.stream().map(p -> p.spec().isMatrix()).toList());
        assertThat(of(launches, "gradientNorm").getFirst().arguments.get(1)).isSameAs(table);
    }

    /** Every launch that writes a gradient writes a trainable one's, and each matrix has one product. */
    private static void checkWeightGradients(List<Launch> launches, Parameters parameters) {
        var written = new ArrayList<Gradient>();
        for (var launch : launches) {
            for (var argument : launch.arguments) if (argument instanceof Gradient g) written.add(g);
        }
        var wanted = new ArrayList<Gradient>();
        for (var p : parameters.trainable()) {
            wanted.add(p.gradient());
            // The tied embedding is read twice, by the embedding and by the head.
            if (p.spec().role() == ParameterRole.EMBEDDING
                    && parameters.config().tiedHead()) wanted.add(p.gradient());
        }
        assertThat(written).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void frozenMatricesCostNoProduct() {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            var model = RandomModel.draw(random);
            var trainable = model.names();
            trainable.removeIf(_ -> random.nextBoolean());
            var launches = step(model, trainable, Recomputation.values()[seed % 3]);
            long matrices = trainable.stream()
                    .filter(name -> name.contains("_proj") || name.contains("lm_head"))
                    .count();
            boolean tiedHeadLearns =
                    model.config().tiedHead() && trainable.contains(ParameterRole.EMBEDDING.parameterName(-1));
            assertThat(of(launches, "linearBackwardWeight")).hasSize((int) matrices + (tiedHeadLearns ? 1 : 0));
        }
    }

    /** Below the lowest parameter that learns nothing runs backwards. */
    @Test
    void backwardPassStopsAtTheLowestTrainableParameter() {
        var model = RandomModel.small(false, new Random(1)); // two layers
        assertThat(of(step(model, model.names(), Recomputation.NONE), "attentionBackward"))
                .hasSize(2);
        var lastLayer = model.names();
        lastLayer.removeIf(name -> !name.startsWith("model.layers.1."));
        assertThat(of(step(model, lastLayer, Recomputation.NONE), "attentionBackward"))
                .hasSize(1);
        var output = Set.of(ParameterRole.OUTPUT.parameterName(1));
        assertThat(of(step(model, output, Recomputation.NONE), "attentionBackward"))
                .isEmpty();
        var head = step(model, Set.of(ParameterRole.HEAD.parameterName(-1)), Recomputation.NONE);
        assertThat(of(head, "attentionBackward")).isEmpty();
        assertThat(of(head, "linearBackwardInput")).isEmpty();
    }

    /** The logits of a batch never exist all at the same time: a head with a large vocabulary works in chunks. */
    @Test
    void largeVocabularyIsProcessedInChunks() {
        int vocabulary = 240_000; // 64 MiB of logits: 69 rows
        var config = new LlamaConfig(
                vocabulary, 4, 4, 1, 1, 1, 2, 200, 1e-5f, new Rope.Default(10_000), true, 0.02f, DType.F32);
        var launches = new ArrayList<Launch>();
        try (var cpu = CpuBackend.open(2)) {
            var backend = recording(cpu, launches);
            var ids = new Random(1).ints(200, 0, vocabulary).toArray();
            var batch = Batch.of(List.of(ids), List.of(ids));
            try (var weights = Weights.random(backend, config, Set.of(ParameterRole.EMBEDDING.parameterName(-1)), 1);
                    var parameters = Parameters.of(backend, weights);
                    var llama = new Llama(backend, parameters, RandomModel.capacity(batch), Recomputation.NONE)) {
                var loss = Passes.forwardBackward(llama, batch);
                assertThat(loss.tokens()).isEqualTo(199);
                assertThat(llama.evaluate(batch).sum()).isEqualTo(loss.sum());
                assertThat(of(launches, "linearBackwardWeight")).hasSize(3);
                for (var launch : of(launches, "crossEntropyForwardBackward")) {
                    assertThat(((Tensor) launch.arguments.get(1)).memory().byteSize())
                            .isLessThanOrEqualTo(64 << 20);
                }
            }
        }
    }
}
