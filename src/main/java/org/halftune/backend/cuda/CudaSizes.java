package org.halftune.backend.cuda;

import org.halftune.backend.Backend;
import org.halftune.backend.cuda.op.AttentionTiles;
import org.halftune.tensor.DType;

/** What a model is laid out by on a CUDA device: the same for the device and for its cost model, so that a plan is exact. */
interface CudaSizes extends Backend {

    @Override
    default DType storage() {
        return DType.BF16;
    }

    @Override
    default long ownBytes() {
        return OwnMemory.BYTES;
    }

    /** Rows of a tensor core's tile: a product with padded rows takes no longer. */
    @Override
    default int padding() {
        return 64;
    }

    @Override
    default void requireHeadSize(int headSize) {
        AttentionTiles.of(headSize);
    }

    /** Each chunk of logits makes the head's weight gradient be read and written once. At 128,000 classes this is 2,048 rows. */
    @Override
    default long logitsBytes() {
        return 512L << 20;
    }
}
