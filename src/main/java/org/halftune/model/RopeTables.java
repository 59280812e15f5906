package org.halftune.model;

import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.Tensor;
import org.halftune.tensor.HostTensor;

/** Cosines and sines of the angles of P positions and D/2 pairs of dimensions: cos, sin [P,D/2], computed in double. */
record RopeTables(Tensor cos, Tensor sin) {

    static RopeTables allocate(Allocator allocator, LlamaConfig config, int positions) {
        int half = config.headSize() / 2;
        return new RopeTables(allocator.floats(positions, half), allocator.floats(positions, half));
    }

    /** Computes the tables and uploads them. */
    void fill(Backend backend, LlamaConfig config) {
        var frequencies = config.rope().inverseFrequencies(config.headSize());
        int positions = (int) cos.dim(0);
        var cosines = new float[positions * frequencies.length];
        var sines = new float[cosines.length];
        for (int p = 0, at = 0; p < positions; p++) {
            for (double frequency : frequencies) {
                cosines[at] = (float) Math.cos(p * frequency);
                sines[at++] = (float) Math.sin(p * frequency);
            }
        }
        backend.upload(cos, HostTensor.of(cos.shape(), cosines));
        backend.upload(sin, HostTensor.of(sin.shape(), sines));
    }
}
