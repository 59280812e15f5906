package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import org.halftune.backend.Category;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * Device memory that the backend needs for the inside of its ops. All of it is taken when the backend is opened, at a size
 * that depends on nothing, so that a plan can count it and no step ever asks for more.
 */
final class OwnMemory {
    /** All of it. */
    static final long BYTES = Cublas.WORKSPACE_BYTES + DeviceScratch.BYTES;

    private final MemorySegment block;
    private final long cublasWorkspace;
    private final DeviceScratch scratch;
    private long used;

    OwnMemory(DeviceMemory memory) {
        block = memory.allocate(Category.WORKSPACE, BYTES);
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

    void free(DeviceMemory memory) {
        memory.free(Category.WORKSPACE, block);
    }
}
