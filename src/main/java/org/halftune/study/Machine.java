package org.halftune.study;

import java.util.OptionalInt;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.tensor.DType;

/**
 * What a study computes on. No result depends on the numbers.
 *
 * @param devices opens a backend; called once for each cell at a time
 * @param threads CPU threads of a backend
 * @param parallel cells at the same time; empty: on a CPU as many as its cores have threads for, on a GPU one
 */
public record Machine(Supplier<Backend> devices, int threads, OptionalInt parallel) {

    int parallel(Backend first) {
        if (parallel.isPresent()) return parallel.getAsInt();
        boolean cpu = first.storage() == DType.F32;
        return cpu ? Math.max(1, Runtime.getRuntime().availableProcessors() / Math.max(1, threads)) : 1;
    }
}
