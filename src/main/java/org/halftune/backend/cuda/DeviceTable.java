package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.halftune.backend.Tensor;

/**
 * A small table on the device that says what the host says. It is copied only when its content has changed, so an op may
 * state its table on every call: what a round's segments are costs one copy a round.
 */
final class DeviceTable {
    private final CudaContext context;
    private final Staging staging;
    private final Tensor memory;
    private MemorySegment content = MemorySegment.NULL;

    /** @param memory as many bytes as the table can ever have */
    DeviceTable(CudaContext context, Staging staging, Tensor memory) {
        this.context = context;
        this.staging = staging;
        this.memory = memory;
    }

    /** The device address of a table with this content. Not within a recording, which would not see later contents. */
    long of(MemorySegment wanted) {
        context.requireNotRecording("a table");
        long bytes = wanted.byteSize();
        if (bytes > memory.memory().byteSize()) {
            throw new IllegalStateException("a table of " + bytes + " bytes, there is room for "
                    + memory.memory().byteSize());
        }
        if (content.byteSize() != bytes || wanted.mismatch(content) >= 0) {
            staging.toDevice(memory.memory().address(), wanted);
            content = MemorySegment.ofArray(wanted.toArray(ValueLayout.JAVA_BYTE));
        }
        return memory.memory().address();
    }
}
