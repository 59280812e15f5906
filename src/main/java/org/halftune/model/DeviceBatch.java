package org.halftune.model;

import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.model.BatchLayout.Part;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * A batch in device memory: the parts of a block that a {@link PackedBatch} was copied to. What each holds:
 * {@link BatchLayout.Part}.
 */
public final class DeviceBatch {
    private final Tensor block;
    private final PackedBatch packed;
    private final Sequences sequences;

    /** @param block I32, at least as long as the packed batch */
    DeviceBatch(Tensor block, PackedBatch packed) {
        this.block = block;
        this.packed = packed;
        sequences = new Sequences(part(Part.STARTS), part(Part.BEGIN), part(Part.END), packed.lengths());
    }

    /** The part of a block that a batch fills. */
    static Tensor words(Tensor block, PackedBatch packed) {
        return block.rows(packed.layout().words());
    }

    private Tensor part(Part part) {
        long from = packed.layout().offset(part);
        return block.rows(from, from + packed.layout().length(part));
    }

    Tensor tokens() {
        return part(Part.TOKENS);
    }

    Tensor order() {
        return part(Part.ORDER);
    }

    Tensor positions() {
        return part(Part.POSITIONS);
    }

    Tensor rows() {
        return part(Part.ROWS);
    }

    Tensor targets() {
        return part(Part.TARGETS);
    }

    /** [R] fp32: what the loss of each labelled token is multiplied by. */
    public Tensor weights() {
        return Tensor.dense(DType.F32, Shape.of(rowCount()), part(Part.WEIGHTS).memory());
    }

    /** What the objective's ops read: as many I32 words as the batch was given. */
    public Tensor notes() {
        return part(Part.NOTES);
    }

    Sequences sequences() {
        return sequences;
    }

    /** T, with the padding. */
    public int tokenCount() {
        return packed.layout().tokens();
    }

    /** R, with the padding. */
    public int rowCount() {
        return packed.layout().rows();
    }

    /** Which tokens are labelled. */
    int[] labelledRows() {
        return packed.labelledRows();
    }
}
