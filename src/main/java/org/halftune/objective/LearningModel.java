package org.halftune.objective;

import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.model.Llama;
import org.halftune.model.Weights;

/**
 * The model that learns, on its device.
 *
 * @param changing names of the parameters that learn, or have learned in an earlier round: all others are those of the base model
 */
public record LearningModel(Backend backend, Weights weights, Set<String> changing, Llama llama) {}
