package org.halftune.model;

import org.halftune.tensor.HostTensor;

/** Where weights come from: a model folder, another model in memory. */
@FunctionalInterface
public interface WeightSource {

    /** The parameter of that Hugging Face name; it need not live longer than until the next call. */
    HostTensor get(String name);
}
