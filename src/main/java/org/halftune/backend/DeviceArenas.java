package org.halftune.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The arenas of one owner: reserved one by one, freed together. */
public final class DeviceArenas implements AutoCloseable {
    private final Backend backend;
    private final List<DeviceArena> arenas = new ArrayList<>();

    public DeviceArenas(Backend backend) {
        this.backend = backend;
    }

    /**
     * Measures a layout, then reserves exactly that in one block and lays it out there. If the memory is too small, the arenas
     * reserved before are freed too, so a constructor that fails leaks nothing.
     *
     * @param layout called twice, must ask for the same both times
     */
    public <T> T reserve(MemoryCategory category, Function<Allocator, T> layout) {
        try {
            var arena = new DeviceArena(backend, category, Measure.of(backend.storage(), a -> {
                var _ = layout.apply(a);
            }));
            arenas.add(arena);
            return layout.apply(arena);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Frees what is reserved; a second call does nothing. */
    @Override
    public void close() {
        arenas.forEach(DeviceArena::close);
    }
}
