package org.halftune.model;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One parameter on the device.
 *
 * @param gradient null if frozen
 */
public record Parameter(
        ParameterSpec spec, Tensor value, @Nullable Gradient gradient) {

    public boolean trainable() {
        return gradient != null;
    }
}
