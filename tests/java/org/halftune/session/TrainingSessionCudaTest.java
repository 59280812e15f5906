package org.halftune.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.train.TestRuns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rounds on a device that stores weights as bf16 and has fp32 masters of those that learn. */
@OnCuda
class TrainingSessionCudaTest {
    private static final LlamaConfig CONFIG = TestRuns.config(DType.BF16, 8);

    private Backend backend;

    @BeforeEach
    void open() {
        CudaDevice.usualOrder();
        backend = CudaBackend.open(0);
    }

    @AfterEach
    void close() {
        backend.close();
        CudaDevice.assertNothingIsHeld();
    }

    private static Set<String> only(Predicate<String> wanted) {
        return ParameterSpec.all(CONFIG).stream()
                .map(ParameterSpec::name)
                .filter(wanted)
                .collect(Collectors.toSet());
    }

    private static TrainingSetup setup(Set<String> trainable) {
        return new TrainingSetup(
                CONFIG,
                trainable,
                new Capacity(20, 1),
                Recomputation.NONE,
                new AdamWConfig(0.9, 0.999, 1e-8, 0.1, 1),
                new SupervisedFineTuning());
    }

    /** Three steps of two batches: eager, captured, replayed. */
    private static void train(TrainingSession session, int seed) {
        var ids = new Random(seed).ints(20, 0, 30).toArray();
        var batch = Batch.of(List.of(ids), List.of(ids));
        for (int i = 0; i < 3; i++) session.step(List.of(batch, batch), 1e-2);
    }

    /** Of every parameter, as float32. */
    private static Map<String, HostTensor> saved(TrainingSession session) {
        var all = new HashMap<String, HostTensor>();
        for (var spec : ParameterSpec.all(CONFIG)) {
            session.weight(spec.name())
                    .<RuntimeException>forEachPiece(
                            piece -> all.put(spec.name(), HostTensor.of(spec.shape(), piece.toFloats())));
        }
        return all;
    }

    private static void assertSame(
            Set<String> names, Map<String, HostTensor> actual, Map<String, HostTensor> expected) {
        for (var name : names) {
            assertThat(actual.get(name).toFloats())
                    .as(name)
                    .isEqualTo(expected.get(name).toFloats());
        }
    }

    /** Also what an earlier round trained and a later one freezes keeps all its bits, and so does what learns again. */
    @Test
    void newRoundIsASessionOfTheSavedWeights() {
        var rounds = List.of(
                only(name -> name.contains("self_attn")),
                only(name -> name.contains("mlp") || name.contains("q_proj")),
                only(name -> name.contains("v_proj") || name.contains("up_proj") || name.contains("embed")));
        try (var session = TrainingSession.open(backend, setup(rounds.getFirst()), new StartingWeights.Drawn(3))) {
            train(session, 0);
            for (int round = 1; round < rounds.size(); round++) {
                var before = saved(session);
                var selection = rounds.get(round);
                session.newRound(selection);
                assertSame(before.keySet(), saved(session), before);
                train(session, round);
                var frozen = only(name -> !selection.contains(name));
                assertSame(frozen, saved(session), before);
                var start = new StartingWeights.Stored(name -> Objects.requireNonNull(before.get(name)));
                try (var fresh = TrainingSession.open(backend, setup(selection), start)) {
                    train(fresh, round);
                    assertSame(selection, saved(fresh), saved(session));
                }
            }
        }
        assertThat(backend.memory().total()).isEqualTo(backend.ownBytes());
    }

    @Test
    void newRoundHoldsWhatAFreshSessionHolds() {
        var first = only(name -> name.contains("self_attn"));
        try (var session = TrainingSession.open(backend, setup(first), new StartingWeights.Drawn(3))) {
            train(session, 0);
            for (var selection : List.of(only(name -> name.contains("mlp")), only(_ -> true), first)) {
                session.newRound(selection);
                assertThat(backend.memory().held()).isEqualTo(TrainingSession.plan(backend, setup(selection)));
            }
        }
    }
}
