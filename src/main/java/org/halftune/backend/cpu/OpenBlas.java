package org.halftune.backend.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.halftune.natives.NativeLibrary;

/**
 * Single-precision matrix products by OpenBLAS, bound through {@code java.lang.foreign}. The library comes from a jar on
 * the class path, so nothing needs to be installed.
 *
 * <p>OpenBLAS runs single-threaded here: {@link Products} cuts the work itself, so that one team of threads does
 * everything and results do not depend on how many there are.
 */
final class OpenBlas {
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;

    private final MethodHandle sgemm;
    private final String name;

    private OpenBlas(MethodHandle sgemm, String name) {
        this.sgemm = sgemm;
        this.name = name;
    }

    /** Extracts, loads and binds the library. Throws {@link org.halftune.problem.InputError} where that cannot be done. */
    static OpenBlas load() {
        Path library = NativeLibrary.OPENBLAS.extract();
        var linker = Linker.nativeLinker();
        try {
            // Loaded for the life of the process: other backends of the process may still use it.
            var symbols = SymbolLookup.libraryLookup(library, Arena.global());
            var setThreads = linker.downcallHandle(
                    symbols.findOrThrow("openblas_set_num_threads"), FunctionDescriptor.ofVoid(JAVA_INT));
            setThreads.invokeExact(1);
            var coreName =
                    linker.downcallHandle(symbols.findOrThrow("openblas_get_corename"), FunctionDescriptor.of(ADDRESS));
            var core = ((MemorySegment) coreName.invokeExact()).reinterpret(64).getString(0);
            var sgemm = linker.downcallHandle(
                    symbols.findOrThrow("cblas_sgemm"),
                    FunctionDescriptor.ofVoid(
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_FLOAT,
                            ADDRESS,
                            JAVA_INT,
                            ADDRESS,
                            JAVA_INT,
                            JAVA_FLOAT,
                            ADDRESS,
                            JAVA_INT));
            return new OpenBlas(sgemm, "OpenBLAS (" + core + ")");
        } catch (Throwable e) {
            throw NativeLibrary.OPENBLAS.unusable(library, e);
        }
    }

    String name() {
        return name;
    }

    /**
     * {@code C = alpha·op(A)·op(B) + beta·C}, row-major: op(A) [m,k], op(B) [k,n], C [m,n]; the strides are those of the
     * stored matrices. Offsets into a matrix are made by slicing the segment.
     */
    void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float alpha,
            MemorySegment a,
            int strideA,
            MemorySegment b,
            int strideB,
            float beta,
            MemorySegment c,
            int strideC) {
        try {
            sgemm.invokeExact(
                    ROW_MAJOR,
                    transposeA ? TRANSPOSE : NO_TRANSPOSE,
                    transposeB ? TRANSPOSE : NO_TRANSPOSE,
                    m,
                    n,
                    k,
                    alpha,
                    a,
                    strideA,
                    b,
                    strideB,
                    beta,
                    c,
                    strideC);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cblas_sgemm", e);
        }
    }
}
