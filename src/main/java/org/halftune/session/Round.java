package org.halftune.session;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.model.Llama;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.objective.LearningModel;
import org.halftune.objective.OpenObjective;
import org.halftune.optim.AdamW;
import org.halftune.optim.EpisodicGradients;
import org.halftune.optim.GradientConstraint.EpisodicMemory;
import org.jspecify.annotations.Nullable;

/**
 * All of a session that depends on what learns: gradients, activations, moments and masters, the objective, and the gradients of
 * memories.
 */
record Round(
        Parameters parameters,
        Llama model,
        AdamW optimizer,
        OpenObjective objective,
        Optional<EpisodicGradients> episodic)
        implements AutoCloseable {

    /**
     * Allocates all of it, or nothing if anything fails.
     *
     * @param changing what learns or has learned in an earlier round
     * @param fill what the optimizer begins with
     */
    static Round open(
            Backend backend, Weights weights, TrainingSetup setup, Set<String> changing, Consumer<AdamW> fill) {
        var parameters = Parameters.of(backend, weights);
        @Nullable Llama model = null;
        @Nullable AdamW optimizer = null;
        @Nullable EpisodicGradients episodic = null;
        try {
            int notes = setup.objective().notes(setup.capacity());
            model = new Llama(backend, parameters, setup.capacity(), setup.recomputation(), notes);
            optimizer = new AdamW(backend, parameters, setup.adamW());
            fill.accept(optimizer);
            if (setup.constraint() instanceof EpisodicMemory(int tasks, double strength)) {
                episodic = new EpisodicGradients(backend, parameters, tasks, strength);
            }
            var objective = setup.objective().open(new LearningModel(backend, weights, changing, model));
            return new Round(parameters, model, optimizer, objective, Optional.ofNullable(episodic));
        } catch (RuntimeException | Error e) {
            if (episodic != null) episodic.close();
            if (optimizer != null) optimizer.close();
            if (model != null) model.close();
            parameters.close();
            throw e;
        }
    }

    /** Frees it. Backends forget the graphs that were captured over it. */
    @Override
    public void close() {
        objective.close();
        episodic.ifPresent(EpisodicGradients::close);
        optimizer.close();
        model.close();
        parameters.close();
    }
}
