package org.halftune.model;

import org.halftune.tensor.TensorStream;

/** What a model's weights are written from, one after another. */
@FunctionalInterface
public interface WeightStream {
    /** The parameter of that Hugging Face name, in the shape its {@link ParameterSpec} states. */
    TensorStream get(String name);
}
