package org.halftune.model;

import org.halftune.tensor.HostTensor;

/** Where a model's weights come from: a folder, a checkpoint, or memory. Each lies in host memory, or in a mapped file. */
@FunctionalInterface
public interface WeightSource extends WeightStream {
    /** The parameter of that Hugging Face name, in the shape its {@link ParameterSpec} states. */
    @Override
    HostTensor get(String name);
}
