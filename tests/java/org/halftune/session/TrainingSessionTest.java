package org.halftune.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.LimitedBackend;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.Datasets;
import org.halftune.data.Example;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.train.TestRuns;
import org.halftune.train.input.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainingSessionTest {
    private static final LlamaConfig CONFIG = TestRuns.config(DType.F32);
    private static final Set<String> ATTENTION = only(name -> name.contains("self_attn"));
    private static final Set<String> FEED_FORWARD = only(name -> name.contains("mlp") || name.contains("embed"));

    private final Backend backend = CpuBackend.open(1);

    @AfterEach
    void nothingIsHeldAtTheEnd() {
        backend.close();
        assertThat(backend.memory().total()).isZero();
    }

    private static Set<String> only(Predicate<String> wanted) {
        return ParameterSpec.all(CONFIG).stream()
                .map(ParameterSpec::name)
                .filter(wanted)
                .collect(Collectors.toSet());
    }

    private static TrainingSetup setup(Set<String> trainable, double maxGradNorm) {
        var adamW = new AdamWConfig(0.9, 0.999, 1e-8, 0, maxGradNorm);
        return new TrainingSetup(
                CONFIG, trainable, new Capacity(64, 8), Recomputation.NONE, adamW, new SupervisedFineTuning());
    }

    private TrainingSession open(Set<String> trainable) {
        return TrainingSession.open(backend, setup(trainable, 1), new StartingWeights.Drawn(3));
    }

    private TrainingSession openAll() {
        return open(only(_ -> true));
    }

    private static Example masked(int... ids) {
        var labels = new int[ids.length];
        Arrays.fill(labels, Example.IGNORED);
        return new Example(ids, labels);
    }

    private static Example labelled(int... ids) {
        return new Example(ids, ids);
    }

    private static List<Batch> batches(Batch... batches) {
        return List.of(batches);
    }

    private static Map<String, HostTensor> weights(TrainingSession session) {
        var all = new HashMap<String, HostTensor>();
        for (var spec : ParameterSpec.all(CONFIG)) {
            session.weight(spec.name())
                    .<RuntimeException>forEachPiece(
                            piece -> all.put(spec.name(), HostTensor.of(spec.shape(), piece.toFloats())));
        }
        return all;
    }

    private static Map<String, List<Float>> moments(TrainingSession session) {
        var all = new HashMap<String, HostTensor>();
        for (var moment : session.moments()) {
            moment.values()
                    .<RuntimeException>forEachPiece(piece ->
                            all.put(moment.name(), HostTensor.of(moment.values().shape(), piece.toFloats())));
        }
        return values(all);
    }

    private static Map<String, List<Float>> values(Map<String, HostTensor> weights) {
        var all = new HashMap<String, List<Float>>();
        weights.forEach((name, tensor) -> {
            var floats = new Float[Math.toIntExact(tensor.shape().elements())];
            Arrays.setAll(floats, tensor::get);
            all.put(name, List.of(floats));
        });
        return all;
    }

    @Test
    void stepWithoutLabelsHasLossZeroAndChangesNothing() {
        var rows = new Rows(Datasets.of(List.of(labelled(1, 2, 3), masked(4, 5, 6), masked(7, 8))));
        try (var session = openAll()) {
            session.step(batches(rows.batch(0)), 1e-2); // so that there is momentum that could move weights
            var before = values(weights(session));
            var moments = moments(session);

            var result = session.step(batches(rows.batch(1), rows.batch(2)), 1e-2);

            assertThat(result.loss()).isEqualTo(0);
            assertThat(result.gradNorm()).isEqualTo(0);
            assertThat(result.updated()).isFalse();
            assertThat(result.inputTokens()).isEqualTo(5);
            assertThat(values(weights(session))).isEqualTo(before);
            assertThat(moments(session)).isEqualTo(moments);

            // Nor is it a step of AdamW, whose bias correction and random bits follow from the number of steps.
            session.step(batches(rows.batch(0)), 1e-2);
            try (var without = openAll()) {
                for (int i = 0; i < 2; i++) without.step(batches(rows.batch(0)), 1e-2);
                assertThat(values(weights(session))).isEqualTo(values(weights(without)));
            }
        }
    }

    @Test
    void lossIsThatOfTheWholeStepHoweverItIsCut() {
        var rows = new Rows(Datasets.of(
                List.of(labelled(1, 2, 3, 4, 5, 6, 7, 8), labelled(4, 5), masked(9, 10), labelled(20, 21, 22))));
        try (var session = openAll()) {
            var together = session.step(batches(rows.batch(0, 1, 2, 3)), 0);
            var apart = session.step(batches(rows.batch(0), rows.batch(1, 2), rows.batch(3)), 0);

            assertThat(together.labelledTokens()).isEqualTo(7 + 1 + 2);
            assertThat(apart.labelledTokens()).isEqualTo(together.labelledTokens());
            assertThat(apart.loss()).isCloseTo(together.loss(), within(1e-6 * together.loss()));
            assertThat(apart.gradNorm()).isCloseTo(together.gradNorm(), within(1e-5 * together.gradNorm()));

            // Not the mean of the batches' means, which would let the single token of a batch weigh as much as seven.
            double perBatch = 0;
            for (int row : new int[] {0, 1, 3}) {
                perBatch += session.evaluate(rows.batch(row)).mean() / 3;
            }
            assertThat(together.loss()).isNotCloseTo(perBatch, within(1e-3));
        }
    }

    @Test
    void normIsMeasuredBeforeClipping() {
        var rows = new Rows(Datasets.of(List.of(labelled(1, 2, 3, 4))));
        var norms = new double[2];
        for (int i = 0; i < 2; i++) {
            var setup = setup(only(_ -> true), i == 0 ? 0 : 1e-3);
            try (var session = TrainingSession.open(backend, setup, new StartingWeights.Drawn(3))) {
                norms[i] = session.step(batches(rows.batch(0)), 0).gradNorm();
            }
        }
        assertThat(norms[0]).isGreaterThan(1e-3);
        assertThat(norms[1]).isEqualTo(norms[0]);
    }

    /** The second round of one session equals a session that is opened with what the first one saved, bit for bit. */
    @Test
    void newRoundIsASessionOfTheSavedWeights() {
        var rows = new Rows(Datasets.of(List.of(labelled(1, 2, 3, 4, 5, 6), labelled(9, 8, 7))));
        var first = batches(rows.batch(0));
        var second = batches(rows.batch(1), rows.batch(0));
        Map<String, HostTensor> saved;
        Map<String, HostTensor> inOneSession;
        try (var session = open(ATTENTION)) {
            for (int i = 0; i < 3; i++) session.step(first, 1e-2);
            saved = weights(session);
            session.newRound(FEED_FORWARD);
            for (int i = 0; i < 3; i++) session.step(second, 1e-2);
            inOneSession = weights(session);
            assertThat(session.trained("model.layers.0.self_attn.q_proj.weight"))
                    .isTrue();
            assertThat(session.trained("model.norm.weight")).isFalse();
        }
        var source = new StartingWeights.Stored(name -> Objects.requireNonNull(saved.get(name)));
        try (var session = TrainingSession.open(backend, setup(FEED_FORWARD, 1), source)) {
            for (int i = 0; i < 3; i++) session.step(second, 1e-2);
            assertThat(values(weights(session))).isEqualTo(values(inOneSession));
        }
        assertThat(values(inOneSession)).isNotEqualTo(values(saved));
    }

    @Test
    void newRoundHoldsWhatAFreshSessionHolds() {
        try (var session = open(ATTENTION)) {
            for (var selection : List.of(FEED_FORWARD, only(_ -> true), ATTENTION)) {
                session.newRound(selection);
                assertThat(backend.memory().held()).isEqualTo(TrainingSession.plan(backend, setup(selection, 1)));
            }
        }
    }

    @Test
    void roundThatDoesNotFitLeavesTheRoundBefore() {
        var rows = new Rows(Datasets.of(List.of(labelled(1, 2, 3, 4, 5, 6))));
        var step = batches(rows.batch(0));
        var everything = only(_ -> true);
        long small = TrainingSession.plan(backend, setup(ATTENTION, 1)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        var limited = new LimitedBackend(backend, small);
        try (var session = TrainingSession.open(limited, setup(ATTENTION, 1), new StartingWeights.Drawn(3));
                var other = open(ATTENTION)) {
            session.step(step, 1e-2);
            assertThatThrownBy(() -> session.newRound(everything))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining("needs")
                    .hasMessageContaining("select fewer parameters");
            assertThatThrownBy(() -> session.newRound(Set.of("no.such.weight")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no.such.weight");
            session.step(step, 1e-2);
            for (int i = 0; i < 2; i++) other.step(step, 1e-2);
            assertThat(values(weights(session))).isEqualTo(values(weights(other)));
        }
    }

    /** If any allocation fails, those before it are freed. */
    @Test
    void failedOpeningHoldsNothing() {
        long whole = TrainingSession.plan(backend, setup(ATTENTION, 1)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        for (long limit = whole - 1; limit > whole / 100; limit = limit * 9 / 10) {
            var limited = new LimitedBackend(backend, limit);
            assertThatThrownBy(() -> TrainingSession.open(limited, setup(ATTENTION, 1), new StartingWeights.Drawn(3)))
                    .isInstanceOf(OutOfDeviceMemory.class);
            assertThat(backend.memory().total()).as("limit " + limit).isEqualTo(backend.ownBytes());
        }
    }
}
