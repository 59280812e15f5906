package org.halftune.session;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightSource;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/** What a session's weights and optimizer state are when it opens. */
public sealed interface StartingWeights {

    /**
     * Stored weights. Masters have all their bits.
     *
     * @param source must stay open until the session has begun its last round
     */
    record Stored(WeightSource source) implements StartingWeights {}

    /** Weights drawn at random. */
    record Drawn(long seed) implements StartingWeights {}

    /**
     * A checkpoint: the session continues where it was saved.
     *
     * @param exact the weights with all their bits; must stay open until the session has begun its last round
     * @param steps optimizer steps taken
     * @param moments gives what {@link TrainingSession#moments} named
     */
    record Saved(WeightSource exact, int steps, Function<String, HostTensor> moments) implements StartingWeights {}

    /** Nothing is loaded: for a backend that measures or predicts, and computes nothing. */
    record Unfilled() implements StartingWeights {}

    /** Lays the weights out and fills them. */
    default Weights load(Backend backend, LlamaConfig config, Set<String> trainable) {
        return switch (this) {
            case Stored(var source) -> Weights.load(backend, config, trainable, source);
            case Drawn(long seed) -> Weights.random(backend, config, trainable, seed);
            case Saved saved -> Weights.load(backend, config, trainable, saved.exact);
            case Unfilled() -> Weights.load(backend, config, trainable, unfilled(config, backend.storage()));
        };
    }

    /** Fills what the optimizer keeps besides the weights. */
    default void fill(AdamW optimizer) {
        switch (this) {
            case Stored(var source) -> optimizer.loadMasters(source);
            case Saved saved -> optimizer.restore(saved.steps, saved.moments, saved.exact);
            case Drawn _, Unfilled _ -> {} // masters begin as copies of the weights
        }
    }

    /** The weights with all their bits, where they are stored. */
    default Optional<WeightSource> stored() {
        return switch (this) {
            case Stored(var source) -> Optional.of(source);
            case Saved saved -> Optional.of(saved.exact);
            case Drawn _, Unfilled _ -> Optional.empty();
        };
    }

    /** Shapes without values, for a backend that measures or predicts. */
    static WeightSource unfilled(LlamaConfig config, DType storage) {
        var tensors = ParameterSpec.all(config).stream()
                .collect(Collectors.toMap(
                        ParameterSpec::name,
                        spec -> new HostTensor(
                                storage,
                                spec.shape(),
                                MemorySegment.NULL.reinterpret(spec.elements() * storage.bytes()))));
        return name -> Objects.requireNonNull(tensors.get(name));
    }
}
