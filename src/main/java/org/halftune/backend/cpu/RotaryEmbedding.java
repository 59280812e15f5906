package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import org.halftune.backend.Tensor;

/**
 * RoPE (Su et al. 2021, arXiv 2104.09864), in the half-rotated layout of Hugging Face: the pair (i, i + D/2) of each head
 * turns by {@code position · frequency_i}.
 *
 * <p>x [T,heads·D], positions [T], cos and sin [P,D/2].
 */
final class RotaryEmbedding {
    private final Workers workers;

    RotaryEmbedding(Workers workers) {
        this.workers = workers;
    }

    /** @param direction 1 for the rotation, −1 for its inverse, which is also its transpose */
    void rotate(Tensor x, Tensor positions, Tensor cos, Tensor sin, float direction) {
        int half = (int) cos.dim(1), width = (int) x.dim(1);
        long stride = x.rowStride();
        MemorySegment xm = x.memory(), cm = cos.memory(), sm = sin.memory();
        workers.ranges(x.dim(0), 16, (from, to) -> {
            for (long t = from; t < to; t++) {
                long angle = (long) Lanes.getInt(positions.memory(), t) * half;
                for (long head = t * stride; head < t * stride + width; head += 2L * half) {
                    for (int i = 0; i < half; i++) {
                        float c = Lanes.get(cm, angle + i);
                        float s = Lanes.get(sm, angle + i) * direction;
                        float a = Lanes.get(xm, head + i);
                        float b = Lanes.get(xm, head + half + i);
                        Lanes.set(xm, head + i, a * c - b * s);
                        Lanes.set(xm, head + half + i, b * c + a * s);
                    }
                }
            }
        });
    }
}
