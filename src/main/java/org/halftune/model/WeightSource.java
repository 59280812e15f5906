package org.halftune.model;

import org.halftune.tensor.HostTensor;

/** Where a model's weights come from: a folder, a checkpoint, or memory. */
@FunctionalInterface
public interface WeightSource {
    /** The parameter of that Hugging Face name, in the shape its {@link ParameterSpec} states. */
    HostTensor get(String name);
}
