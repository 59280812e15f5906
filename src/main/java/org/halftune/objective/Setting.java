package org.halftune.objective;

import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.Weights;

/**
 * Where an objective is opened.
 *
 * @param weights of the model that learns
 * @param changing names of the parameters that learn, or have learned in an earlier round: all others are those of the base model
 * @param model with room for batches of {@code capacity}
 */
public record Setting(Backend backend, Weights weights, Set<String> changing, Llama model, Capacity capacity) {}
