package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import org.halftune.backend.Allocator;
import org.halftune.backend.Category;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * Device memory that the backend needs for the inside of its ops. All of it is taken when the backend is opened, at a size
 * that depends on nothing, so that a plan can count it and no step ever asks for more.
 */
final class OwnMemory {
    private static final int MOST_SEGMENTS = 8192;

    /** A pointer or a number for each of a segment's fields: 64 bytes hold eight. */
    private static final long SEGMENTS_BYTES = 64L * MOST_SEGMENTS;

    private static final long SCALARS_BYTES = Allocator.ALIGNMENT;

    /** All of it. */
    static final long BYTES = Cublas.WORKSPACE_BYTES + DeviceScratch.BYTES + 2 * SEGMENTS_BYTES + SCALARS_BYTES;

    private final MemorySegment block;
    private final long cublasWorkspace;
    private final DeviceScratch scratch;
    private final DeviceTable adamWSegments;
    private final DeviceTable gradientSegments;
    private final DeviceTable adamWScalars;
    private long used;

    OwnMemory(CudaContext context, DeviceMemory memory, Staging staging) {
        block = memory.allocate(Category.WORKSPACE, BYTES);
        cublasWorkspace = take(Cublas.WORKSPACE_BYTES).memory().address();
        scratch = new DeviceScratch(take(DeviceScratch.BYTES));
        adamWSegments = new DeviceTable(context, staging, take(SEGMENTS_BYTES));
        gradientSegments = new DeviceTable(context, staging, take(SEGMENTS_BYTES));
        adamWScalars = new DeviceTable(context, staging, take(SCALARS_BYTES));
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

    /** Where the optimizer's trainable tensors lie. */
    DeviceTable adamWSegments() {
        return adamWSegments;
    }

    /** Where the gradients of the norm lie. */
    DeviceTable gradientSegments() {
        return gradientSegments;
    }

    /** What a step of the optimizer is made with. */
    DeviceTable adamWScalars() {
        return adamWScalars;
    }

    void free(DeviceMemory memory) {
        memory.free(Category.WORKSPACE, block);
    }
}
