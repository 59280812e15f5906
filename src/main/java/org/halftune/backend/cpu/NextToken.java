package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.halftune.backend.Tensor;

/** The next id of each row of logits: the largest, or a draw from the {@link Nucleus}. */
final class NextToken {
    /** For logits that are NaN. */
    static final int UNUSABLE = -1;

    private final Workers workers;

    NextToken(Workers workers) {
        this.workers = workers;
    }

    void choose(Tensor ids, Tensor logits, Tensor uniforms, double temperature, double topP) {
        workers.ranges(logits.dim(0), 1, (s, _) -> {
            var row = row(logits, s);
            int best = argmax(row);
            int id = best == UNUSABLE || temperature == 0
                    ? best
                    : Nucleus.of(row, temperature, topP).draw(Lanes.get(uniforms.memory(), s));
            ids.memory().setAtIndex(ValueLayout.JAVA_INT, s, id);
        });
    }

    private static float[] row(Tensor logits, long s) {
        var row = new float[Math.toIntExact(logits.dim(1))];
        MemorySegment.copy(logits.memory(), ValueLayout.JAVA_FLOAT, 4 * s * logits.rowStride(), row, 0, row.length);
        return row;
    }

    /** Index of the largest logit, the lowest of equals, as PyTorch's argmax does on the CPU. */
    private static int argmax(float[] logits) {
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            if (Float.isNaN(logits[i])) return UNUSABLE;
            if (logits[i] > logits[best]) best = i;
        }
        return Float.isFinite(logits[best]) ? best : UNUSABLE;
    }
}
