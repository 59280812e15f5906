package org.halftune.session;

import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.model.Llama;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.jspecify.annotations.Nullable;

/** All of a session that depends on what learns: gradients, activations, moments and masters. */
record Round(Parameters parameters, Llama model, AdamW optimizer) implements AutoCloseable {

    /**
     * Allocates all of it, or nothing if anything fails.
     *
     * @param fill what the optimizer begins with
     */
    static Round open(Backend backend, Weights weights, TrainingSetup setup, Consumer<AdamW> fill) {
        var parameters = Parameters.of(backend, weights);
        @Nullable Llama model = null;
        @Nullable AdamW optimizer = null;
        try {
            model = new Llama(backend, parameters, setup.capacity(), setup.recomputation());
            optimizer = new AdamW(backend, parameters, setup.adamW());
            fill.accept(optimizer);
            return new Round(parameters, model, optimizer);
        } catch (RuntimeException | Error e) {
            if (optimizer != null) optimizer.close();
            if (model != null) model.close();
            parameters.close();
            throw e;
        }
    }

    /** Frees it. Backends forget the graphs that were captured over it. */
    @Override
    public void close() {
        optimizer.close();
        model.close();
        parameters.close();
    }
}
