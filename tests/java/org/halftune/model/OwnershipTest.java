package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.LimitedBackend;
import org.halftune.backend.MeasuringBackend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who holds how many bytes, and for what: the same on a backend that only measures, and none at the end. */
class OwnershipTest {
    private static final AdamWConfig ADAM_W = new AdamWConfig(0.9, 0.999, 1e-8, 0, 1);
    private static final int T = 100;
    /** One tensor's bytes as an arena holds them. */
    private static final long STREAM = Allocator.aligned(4L * T * 24);

    private static final long ATTENDED = Allocator.aligned(4L * T * 32);
    private static final long WIDE = Allocator.aligned(4L * T * 40);

    private final Backend backend = CpuBackend.open(2);
    private final RandomModel model = RandomModel.small(false, new Random(1));

    @AfterEach
    void nothingIsHeldAtTheEnd() {
        backend.close();
        assertThat(backend.memory().total()).isZero();
    }

    private static Map<MemoryCategory, Long> held(
            Backend backend, RandomModel model, Set<String> trainable, Recomputation r) {
        try (var weights = model.on(backend, trainable);
                var parameters = Parameters.of(backend, weights);
                var _ = new Llama(backend, parameters, new Capacity(T, 3), r);
                var _ = new AdamW(backend, parameters, ADAM_W)) {
            return backend.memory().held();
        }
    }

    private Map<MemoryCategory, Long> held(Set<String> trainable, Recomputation r) {
        return held(backend, model, trainable, r);
    }

    private Set<String> only(Predicate<String> wanted) {
        var names = model.names();
        names.removeIf(wanted.negate());
        return names;
    }

    private Set<String> withoutEnds(String... frozen) {
        return only(name -> List.of(frozen).stream().noneMatch(name::contains));
    }

    @Test
    void measuringSaysExactlyWhatIsHeld() {
        for (int seed = 0; seed < 10; seed++) {
            var random = new Random(seed);
            var drawn = RandomModel.draw(random);
            var trainable = drawn.names();
            trainable.removeIf(_ -> random.nextInt(3) == 0);
            for (var r : Recomputation.values()) {
                var measuring = new MeasuringBackend(DType.F32);
                assertThat(held(measuring, drawn, trainable, r)).isEqualTo(held(backend, drawn, trainable, r));
                assertThat(measuring.memory().total()).isZero();
                assertThat(measuring.memory().peak()).isPositive();
            }
        }
        try (var weights = model.on(backend);
                var parameters = Parameters.of(backend, weights);
                var _ = new Decoder(backend, parameters, 3, 20)) {
            var measuring = new MeasuringBackend(DType.F32);
            try (var w = model.on(measuring);
                    var p = Parameters.of(measuring, w);
                    var _ = new Decoder(measuring, p, 3, 20)) {
                assertThat(measuring.memory().held()).isEqualTo(backend.memory().held());
            }
        }
    }

    /** A step allocates nothing but the scratch of attention, and that once. */
    @Test
    void stepHoldsWhatWasPlanned() {
        var planned = held(model.names(), Recomputation.CHEAP);
        try (var weights = model.on(backend, model.names());
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, new Capacity(T, 3), Recomputation.CHEAP);
                var adamW = new AdamW(backend, parameters, ADAM_W)) {
            var batch = model.batch(new Random(2), 3, 30);
            for (int step = 0; step < 3; step++) {
                adamW.beginStep(1e-3);
                Passes.forwardBackward(llama, batch);
                adamW.update();
                var now = new EnumMap<>(backend.memory().held());
                long scratch = now.remove(MemoryCategory.WORKSPACE) - planned.get(MemoryCategory.WORKSPACE);
                // Two workers, two blocks of 64 queries by 30 keys each.
                assertThat(scratch).isBetween(0L, 2 * 2 * 4L * 64 * 32);
                now.forEach((category, bytes) ->
                        assertThat(bytes).as(category.name()).isEqualTo(planned.get(category)));
            }
        }
    }

    @Test
    void frozenParametersHaveNoGradientAndNoMoments() {
        var random = new Random(3);
        for (int i = 0; i < 10; i++) {
            var trainable = only(_ -> random.nextBoolean());
            long gradients = 0;
            for (var name : trainable)
                gradients += Allocator.aligned(4L * model.values().get(name).length);
            var held = held(trainable, Recomputation.CHEAP);
            assertThat(held)
                    .containsEntry(MemoryCategory.GRADIENTS, gradients)
                    .containsEntry(MemoryCategory.MOMENTS, 2 * gradients);
            assertThat(held).containsEntry(MemoryCategory.MASTERS, 0L);
        }
    }

    /** Two layers; embeddings learn, so that both keep what the gradient along the stream needs. */
    @Test
    void activationsThatOnlyFrozenMatricesWouldReadAreNotKept() {
        long full = activations(withoutEnds(), Recomputation.NONE);
        assertThat(full - activations(withoutEnds("o_proj"), Recomputation.NONE))
                .as("attention's own backward pass reads it")
                .isZero();
        assertThat(full - activations(withoutEnds("down_proj"), Recomputation.NONE))
                .isEqualTo(2 * WIDE);
        assertThat(full - activations(withoutEnds("q_proj", "k_proj"), Recomputation.NONE))
                .as("v reads it")
                .isZero();
        assertThat(full - activations(withoutEnds("q_proj", "k_proj", "v_proj"), Recomputation.NONE))
                .isEqualTo(2 * STREAM);
        assertThat(full - activations(withoutEnds("gate_proj"), Recomputation.NONE))
                .as("up reads it")
                .isZero();
        assertThat(full - activations(withoutEnds("gate_proj", "up_proj"), Recomputation.NONE))
                .isEqualTo(2 * STREAM);
        assertThat(full - activations(withoutEnds("_proj"), Recomputation.NONE)).isEqualTo(2 * WIDE + 4 * STREAM);
        // What is cheap to compute again is not kept at all; only attention's output depends on who reads it.
        assertThat(full - activations(withoutEnds("layers.0.self_attn.o_proj"), Recomputation.CHEAP))
                .isEqualTo(ATTENDED + 2 * WIDE + 4 * STREAM);
        assertThat(full - activations(withoutEnds(), Recomputation.CHEAP)).isEqualTo(2 * WIDE + 4 * STREAM);
        assertThat(full - activations(withoutEnds("o_proj"), Recomputation.CHEAP))
                .isEqualTo(2 * ATTENDED + 2 * WIDE + 4 * STREAM);
    }

    @Test
    void activationsBelowTheLowestThatLearnsAreShared() {
        long both = activations(only(name -> !name.contains("embed")), Recomputation.NONE);
        long last = activations(only(name -> name.startsWith("model.layers.1.")), Recomputation.NONE);
        long head = activations(Set.of(ParameterRole.HEAD.parameterName(-1)), Recomputation.NONE);
        assertThat(last).isLessThan(both);
        assertThat(head).isLessThan(last);
        assertThat(activations(model.names(), Recomputation.BLOCK)).isLessThan(both);
    }

    private long activations(Set<String> trainable, Recomputation r) {
        return held(trainable, r).get(MemoryCategory.ACTIVATIONS);
    }

    @Test
    void closingTwiceFreesOnceAndUseAfterwardsIsAnError() {
        var weights = model.on(backend, model.names());
        var parameters = Parameters.of(backend, weights);
        var llama = new Llama(backend, parameters, new Capacity(T, 3), Recomputation.NONE);
        var decoder = new Decoder(backend, parameters, 1, 10);
        var adamW = new AdamW(backend, parameters, ADAM_W);
        for (var owner : List.of(adamW, decoder, llama, parameters, weights)) {
            for (int i = 0; i < 2; i++) {
                try {
                    owner.close();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
        assertThat(backend.memory().held().get(MemoryCategory.WEIGHTS)).isZero();
        var batch = model.batch(new Random(1), 1, 5);
        assertThatThrownBy(() -> llama.evaluate(batch)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> decoder.prefill(List.of(new int[] {1}))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> adamW.beginStep(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> weights.download(ParameterRole.EMBEDDING.parameterName(-1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nameThatTheModelLacksCannotBeSelected() {
        var names = Set.of("model.layers.2.mlp.up_proj.weight"); // it has two layers
        assertThatThrownBy(() -> model.on(backend, names)).hasMessage("no parameter model.layers.2.mlp.up_proj.weight");
        assertThat(backend.memory().total()).isZero();
        try (var weights = model.on(backend)) {
            assertThatThrownBy(() -> weights.select(names))
                    .hasMessage("no parameter model.layers.2.mlp.up_proj.weight");
            assertThat(weights.trainable()).isEmpty();
        }
    }

    /** Whichever allocation is the one that fails. */
    @Test
    void failedAllocationLeavesNothingAllocated() {
        try (var weights = model.on(backend, model.names());
                var parameters = Parameters.of(backend, weights)) {
            long before = backend.memory().total();
            List<Function<Backend, AutoCloseable>> owners = List.of(
                    b -> model.on(b),
                    b -> Parameters.of(b, weights),
                    b -> new Llama(b, parameters, new Capacity(T, 3), Recomputation.NONE),
                    b -> new Decoder(b, parameters, 3, 20),
                    b -> new AdamW(b, parameters, ADAM_W));
            for (var owner : owners) {
                long needed = needed(owner);
                for (int i = 0; i < 10; i++) {
                    var limited = new LimitedBackend(backend, before + needed * i / 10);
                    assertThatThrownBy(() -> owner.apply(limited)).isInstanceOf(OutOfDeviceMemory.class);
                    assertThat(backend.memory().total()).isEqualTo(before);
                }
            }
        }
    }

    private long needed(Function<Backend, AutoCloseable> owner) {
        long before = backend.memory().total();
        try (var _ = owner.apply(backend)) {
            return backend.memory().total() - before;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void weightsThatCannotBeReadLeaveNothingAllocated() {
        assertThatThrownBy(() -> Weights.load(backend, model.config(), Set.of(), name -> {
                    throw new IllegalArgumentException("no " + name);
                }))
                .hasMessage("no model.embed_tokens.weight");
        assertThat(backend.memory().total()).isZero();
    }
}
