package org.halftune.backend.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.halftune.backend.Allocator;

/**
 * Zeroed memory outside the heap by C's {@code calloc}. Java's own arenas write the zeros, and so make every page
 * resident at once; calloc takes pages that the system zeroes when they are first touched, so what is reserved for a
 * longest batch costs nothing until there is one.
 */
final class NativeMemory {
    private static final MethodHandle CALLOC = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("calloc"),
                    FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));

    /**
     * What calloc returned, and the lifetime of the block that was handed out: access after {@link #free} is an error instead
     * of a read of reused memory.
     */
    private record Allocation(MemorySegment base, Arena life) {}

    /** By the aligned address that was handed out. */
    private final Map<Long, Allocation> blocks = new HashMap<>();

    /** A block of {@code bytes} at a multiple of {@link Allocator#ALIGNMENT}; empty if there is none. */
    @SuppressWarnings("MustBeClosedChecker") // free() closes what is opened here
    synchronized Optional<MemorySegment> allocate(long bytes) {
        try {
            var base = (MemorySegment) CALLOC.invokeExact(1L, bytes + Allocator.ALIGNMENT);
            if (base.address() == 0) return Optional.empty();
            var life = Arena.ofShared();
            var block =
                    MemorySegment.ofAddress(Allocator.aligned(base.address())).reinterpret(bytes, life, null);
            blocks.put(block.address(), new Allocation(base, life));
            return Optional.of(block);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calloc", e);
        }
    }

    synchronized void free(MemorySegment block) {
        if (!block.scope().isAlive()) throw new IllegalStateException("freed twice: " + block);
        var owned = blocks.get(block.address());
        if (owned == null) throw new IllegalStateException("never allocated: " + block);
        owned.life.close(); // an error while an op still runs on it
        blocks.remove(block.address());
        try {
            FREE.invokeExact(owned.base);
        } catch (Throwable e) {
            throw new IllegalStateException("free", e);
        }
    }
}
