package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;

/** Looking rows up in a table, and its transpose: adding gradients to those rows. */
final class Embedding {
    /** Columns in one task of the backward pass. */
    private static final int COLUMNS = 64;

    private final Workers workers;
    private final Elementwise elementwise;

    Embedding(Workers workers, Elementwise elementwise) {
        this.workers = workers;
        this.elementwise = elementwise;
    }

    /** out [T,H] = table [V,H] at ids [T]. */
    void forward(Tensor out, Tensor table, Tensor ids) {
        elementwise.gatherRows(out, table, ids);
    }

    /** Cut by columns, so that two tokens with the same id meet in one task, in the order of the tokens. */
    void backward(Gradient dTable, Tensor dOut, Tensor ids) {
        if (!dTable.accumulate()) elementwise.zero(dTable.tensor());
        MemorySegment table = dTable.tensor().memory(), d = dOut.memory(), idm = ids.memory();
        long tokens = dOut.dim(0), hidden = dOut.dim(1);
        workers.ranges(hidden, COLUMNS, (from, to) -> {
            for (long t = 0; t < tokens; t++) {
                long row = Lanes.getInt(idm, t) * hidden;
                for (long i = from; i < to; i++) {
                    Lanes.set(table, row + i, Lanes.get(table, row + i) + Lanes.get(d, t * hidden + i));
                }
            }
        });
    }
}
