package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArena;
import org.halftune.backend.MemoryCategory;
import org.jspecify.annotations.Nullable;

/** Memory for the inside of one op, one equal part for each worker. Grows to the largest demand, holds nothing between ops. */
final class Scratch implements AutoCloseable {
    private final Backend backend;
    private final int workers;
    private @Nullable DeviceArena arena;
    private MemorySegment memory = MemorySegment.NULL;

    Scratch(Backend backend, int workers) {
        this.backend = backend;
        this.workers = workers;
    }

    /** {@code floats} floats for each worker; valid until the next call. */
    Part[] parts(long floats) {
        long each = (floats + 63) / 64 * 64;
        if (memory.byteSize() < 4 * each * workers) {
            close();
            arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4 * each * workers);
            memory = arena.floats(each * workers).memory();
        }
        var parts = new Part[workers];
        for (int i = 0; i < workers; i++) parts[i] = new Part(memory.asSlice(4L * i * each, 4 * each));
        return parts;
    }

    /** One worker's share. */
    record Part(MemorySegment memory) {
        /** {@code count} floats from float {@code from}. */
        MemorySegment floats(long from, long count) {
            return memory.asSlice(4 * from, 4 * count);
        }
    }

    @Override
    public void close() {
        if (arena != null) arena.close();
        arena = null;
        memory = MemorySegment.NULL;
    }
}
