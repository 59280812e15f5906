package org.halftune.backend.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
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

    /** What calloc returned, by the aligned address that was handed out. */
    private final Map<Long, MemorySegment> bases = new HashMap<>();

    /** A block of {@code bytes} at a multiple of {@link Allocator#ALIGNMENT}. */
    synchronized MemorySegment allocate(long bytes) {
        try {
            var base = (MemorySegment) CALLOC.invokeExact(1L, bytes + Allocator.ALIGNMENT);
            if (base.address() == 0) throw new OutOfMemoryError("native memory: " + bytes + " bytes");
            var block = MemorySegment.ofAddress(Allocator.aligned(base.address())).reinterpret(bytes);
            bases.put(block.address(), base);
            return block;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calloc", e);
        }
    }

    synchronized void free(MemorySegment block) {
        var base = bases.remove(block.address());
        if (base == null) throw new IllegalStateException("freed twice, or never allocated: " + block);
        try {
            FREE.invokeExact(base);
        } catch (Throwable e) {
            throw new IllegalStateException("free", e);
        }
    }
}
