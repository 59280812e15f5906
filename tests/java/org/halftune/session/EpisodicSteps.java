package org.halftune.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.optim.GradientConstraint;
import org.junit.jupiter.api.Test;

/** Steps that memories constrain, on any backend. */
interface EpisodicSteps {
    Batch TASK = row(5, 1, 2, 3, 4);
    /** The same text with other answers: what lowers one loss raises the other. */
    Batch OPPOSED = row(16, 1, 2, 3, 4);

    Batch OTHER = Batch.of(
            List.of(new int[] {20, 21, 22}, new int[] {9, 8}), List.of(new int[] {20, 21, 22}, new int[] {9, 8}));

    Backend backend();

    LlamaConfig config();

    /** Relative L2 distance that is allowed between gradients. */
    double tolerance();

    /** A text of which every token is answered by the same token. */
    private static Batch row(int answer, int... ids) {
        var labels = new int[ids.length];
        Arrays.fill(labels, answer);
        return Batch.of(List.of(ids), List.of(labels));
    }

    default Set<String> only(Predicate<String> wanted) {
        return ParameterSpec.all(config()).stream()
                .map(ParameterSpec::name)
                .filter(wanted)
                .collect(Collectors.toSet());
    }

    default Set<String> half() {
        return only(name -> name.contains("q_proj") || name.contains("down_proj") || name.contains("norm"));
    }

    default TrainingSetup setup(Set<String> trainable, Recomputation recomputation, int memories, double strength) {
        return new TrainingSetup(
                config(),
                trainable,
                new Capacity(16, 4),
                recomputation,
                new AdamWConfig(0.9, 0.999, 1e-8, 0, 0), // no clipping: the first moment is a tenth of the gradient
                new SupervisedFineTuning(),
                memories == 0
                        ? new GradientConstraint.None()
                        : new GradientConstraint.EpisodicMemory(memories, strength));
    }

    /** What the first steps do: the result of each, and afterwards both moments, and the exact weights. */
    record Trained(List<StepResult> results, Map<String, float[]> state) {

        /** Of the first step, for all parameters one after another. */
        double[] gradient() {
            return state.keySet().stream()
                    .filter(name -> name.startsWith("exp_avg."))
                    .sorted()
                    .flatMapToDouble(name -> {
                        var moment = state.get(name);
                        return IntStream.range(0, moment.length).mapToDouble(i -> moment[i] / 0.1);
                    })
                    .toArray();
        }

        Trained assertSame(Trained other) {
            assertThat(state.keySet()).isEqualTo(other.state.keySet());
            state.forEach((name, values) -> assertThat(values).as(name).isEqualTo(other.state.get(name)));
            return this;
        }
    }

    default Trained train(TrainingSetup setup, int steps, List<Batch> batches, List<List<Batch>> memories) {
        try (var session = TrainingSession.open(backend(), setup, new StartingWeights.Drawn(3))) {
            var planned = TrainingSession.plan(backend(), setup);
            assertThat(backend().memory().held())
                    .containsEntry(MemoryCategory.EPISODIC, planned.get(MemoryCategory.EPISODIC));
            var results = new ArrayList<StepResult>();
            var next = new ArrayList<StepBatches>();
            for (int i = 0; i < steps; i++) {
                var now = next.isEmpty() ? session.batches(batches, memories) : next.removeFirst();
                results.add(session.step(now, 1e-3, () -> {
                    next.add(session.batches(batches, memories));
                    return next.getFirst();
                }));
            }
            var state = new HashMap<String, float[]>();
            for (var moment : session.moments()) {
                moment.values().<RuntimeException>forEachPiece(piece -> state.put(moment.name(), piece.toFloats()));
            }
            for (var name : setup.trainable()) {
                session.weight(name).<RuntimeException>forEachPiece(piece -> state.put(name, piece.toFloats()));
            }
            return new Trained(results, state);
        }
    }

    private double[] gradient(Set<String> trainable, Recomputation recomputation, Batch... batches) {
        return train(setup(trainable, recomputation, 0, 0), 1, List.of(batches), List.of())
                .gradient();
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static double[] sum(double[] a, double factor, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> a[i] + factor * b[i])
                .toArray();
    }

    private void assertClose(double[] actual, double[] expected, double size) {
        var difference = sum(actual, -1, expected);
        assertThat(Math.sqrt(dot(difference, difference))).isLessThanOrEqualTo(tolerance() * size);
    }

    /** g̃ = g − ⟨g, g₁⟩/⟨g₁, g₁⟩·g₁, for full and half fine-tuning, with and without recomputation. */
    @Test
    default void gradientThatViolatesAMemoryIsProjected() {
        for (var trainable : List.of(only(_ -> true), half())) {
            for (var recomputation : List.of(Recomputation.NONE, Recomputation.BLOCK)) {
                var g = gradient(trainable, recomputation, TASK);
                var memory = gradient(trainable, recomputation, OPPOSED);
                double product = dot(g, memory);
                assertThat(product).isNegative();
                var expected = sum(g, -product / dot(memory, memory), memory);
                var trained = train(setup(trainable, recomputation, 1, 0), 1, List.of(TASK), List.of(List.of(OPPOSED)));
                assertClose(trained.gradient(), expected, Math.sqrt(dot(g, g)));
                var result = trained.results().getFirst();
                assertThat(result.figures())
                        .containsEntry(TrainingSession.VIOLATED, 1.0)
                        .containsEntry(TrainingSession.PROJECTED, 1.0);
                assertThat(result.gradNorm())
                        .isCloseTo(Math.sqrt(dot(expected, expected)), within(tolerance() * Math.sqrt(dot(g, g))));
            }
        }
    }

    @Test
    default void strengthAddsAtLeastItsShareOfEachMemory() {
        var all = only(_ -> true);
        var g = gradient(all, Recomputation.NONE, TASK);
        var opposed = gradient(all, Recomputation.NONE, OPPOSED);
        double needed = -dot(g, opposed) / dot(opposed, opposed);
        assertThat(needed).isBetween(0.0, 1.5);
        var trained = train(setup(all, Recomputation.NONE, 1, 1.5), 1, List.of(TASK), List.of(List.of(OPPOSED)));
        assertClose(trained.gradient(), sum(g, 1.5, opposed), Math.sqrt(dot(g, g)));
    }

    /** With the task's own rows as memory no gradient violates it, so the steps are those without a memory. */
    @Test
    default void gradientThatViolatesNoMemoryKeepsItsBits() {
        for (var trainable : List.of(only(_ -> true), half())) {
            var plain = train(setup(trainable, Recomputation.NONE, 0, 0), 4, List.of(TASK, OTHER), List.of());
            var memories = List.of(List.of(TASK, OTHER), List.<Batch>of());
            var constrained = train(setup(trainable, Recomputation.NONE, 2, 0.5), 4, List.of(TASK, OTHER), memories)
                    .assertSame(plain);
            for (int i = 0; i < 4; i++) {
                var result = constrained.results().get(i);
                assertThat(result.loss()).isEqualTo(plain.results().get(i).loss());
                assertThat(result.gradNorm()).isEqualTo(plain.results().get(i).gradNorm());
                assertThat(result.figures()).containsEntry(TrainingSession.PROJECTED, 0.0);
            }
        }
    }

    /** Steps run one by one, are captured, and are replayed; a memory may have several batches, as a step. */
    @Test
    default void repeatedTrainingGivesTheSameBits() {
        var setup = setup(half(), Recomputation.CHEAP, 2, 0.5);
        var memories = List.of(List.of(OPPOSED, OTHER), List.of(OPPOSED));
        var once = train(setup, 4, List.of(TASK, TASK), memories);
        assertThat(once.results().getFirst().figures().get(TrainingSession.VIOLATED))
                .isPositive();
        train(setup, 4, List.of(TASK, TASK), memories).assertSame(once);
    }

    /** Of half the parameters half the copies; and nothing without memories. */
    @Test
    default void copiesHaveTheirOwnCategory() {
        for (var trainable : List.of(only(_ -> true), half())) {
            var held = TrainingSession.plan(backend(), setup(trainable, Recomputation.NONE, 3, 0));
            long gradients = held.get(MemoryCategory.GRADIENTS);
            assertThat(held).containsEntry(MemoryCategory.EPISODIC, 3 * gradients);
            assertThat(TrainingSession.plan(backend(), setup(trainable, Recomputation.NONE, 0, 0)))
                    .containsEntry(MemoryCategory.EPISODIC, 0L);
        }
    }
}
