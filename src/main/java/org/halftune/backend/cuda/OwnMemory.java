package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.cublas.Cublas;
import org.halftune.backend.cuda.op.DeviceScratch;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/** Device memory that ops use inside: one block of fixed size, allocated when the backend is opened, which every plan counts. */
final class OwnMemory {
    /** All of it. */
    static final long BYTES = Cublas.WORKSPACE_BYTES + DeviceScratch.BYTES;

    private final MemorySegment block;
    private final long cublasWorkspace;
    private final DeviceScratch scratch;
    private long used;

    /** @param block {@link #BYTES} of device memory */
    OwnMemory(MemorySegment block) {
        this.block = block;
        cublasWorkspace = take(Cublas.WORKSPACE_BYTES).memory().address();
        scratch = new DeviceScratch(take(DeviceScratch.BYTES));
    }

    private Tensor take(long bytes) {
        var part = block.asSlice(used, bytes);
        used += bytes;
        return Tensor.dense(DType.I32, Shape.of(bytes / Integer.BYTES), part);
    }

    long cublasWorkspace() {
        return cublasWorkspace;
    }

    DeviceScratch scratch() {
        return scratch;
    }
}
