package org.halftune.pretrained;

import org.halftune.model.ParameterSpec;

/** Reads every weight of a folder, which scans it for NaN and infinity. */
public final class FiniteCheck {
    private FiniteCheck() {}

    public static void of(PretrainedFolder folder) {
        var source = folder.source();
        for (var spec : ParameterSpec.all(folder.config())) source.get(spec.name());
    }
}
