package org.halftune.backend.cuda.cublas;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.halftune.backend.cuda.driver.CudaContext;
import org.halftune.problem.InputError;

/** cuBLAS of any version through {@code java.lang.foreign}: on machines with CUDA 13 there is no library for JCublas. */
final class ForeignCublas implements Cublas {
    private static final FunctionDescriptor GEMM_EX = function(
            ADDRESS, // handle
            JAVA_INT, // operation on A
            JAVA_INT, // operation on B
            JAVA_INT, // m
            JAVA_INT, // n
            JAVA_INT, // k
            ADDRESS, // alpha
            JAVA_LONG, // A, a device address
            JAVA_INT, // type of A
            JAVA_INT, // leading dimension of A
            JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, // beta
            JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, // type of sums
            JAVA_INT); // algorithm

    private final CublasLibrary library;
    private final MethodHandle gemmEx;
    private final MethodHandle destroy;
    private final MemorySegment handle;
    private final int version;
    private final CudaContext context;
    private boolean open = true;

    /** @param workspace device address of {@link Cublas#WORKSPACE_BYTES} */
    ForeignCublas(CublasLibrary library, CudaContext context, long workspace) {
        this.library = library;
        this.context = context;
        gemmEx = bind("cublasGemmEx", GEMM_EX);
        destroy = bind("cublasDestroy_v2", function(ADDRESS));
        context.attach();
        handle = create();
        try {
            version = configure(MemorySegment.ofAddress(context.stream().address()), workspace);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private MemorySegment create() {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            check((int) bind("cublasCreate_v2", function(ADDRESS)).invokeExact(out), "cublasCreate");
            return out.get(ADDRESS, 0);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** Sets stream and workspace, in this order: setting the stream resets the workspace. Returns the version. */
    private int configure(MemorySegment stream, long workspace) {
        try (var arena = Arena.ofConfined()) {
            check(
                    (int) bind("cublasSetStream_v2", function(ADDRESS, ADDRESS)).invokeExact(handle, stream),
                    "cublasSetStream");
            check(
                    (int) bind("cublasSetWorkspace_v2", function(ADDRESS, JAVA_LONG, JAVA_LONG))
                            .invokeExact(handle, workspace, WORKSPACE_BYTES),
                    "cublasSetWorkspace of " + WORKSPACE_BYTES + " bytes");
            var version = arena.allocate(JAVA_INT);
            check(
                    (int) bind("cublasGetVersion_v2", function(ADDRESS, ADDRESS))
                            .invokeExact(handle, version),
                    "cublasGetVersion");
            library.requireVersion(version.get(JAVA_INT, 0));
            return version.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private MethodHandle bind(String name, FunctionDescriptor type) {
        var address = library.symbols()
                .find(name)
                .orElseThrow(() -> new InputError(
                        "cuBLAS lacks " + name, library.location(), "reinstall cuBLAS: this library is not cuBLAS"));
        return Linker.nativeLinker().downcallHandle(address, type);
    }

    @Override
    public void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Matrix a, Matrix b, float beta, Matrix c) {
        try {
            int code = (int) gemmEx.invokeExact(
                    handle,
                    Cublas.operation(transposeA),
                    Cublas.operation(transposeB),
                    m,
                    n,
                    k,
                    HostScalars.one(),
                    a.address(),
                    a.type(),
                    a.leading(),
                    b.address(),
                    b.type(),
                    b.leading(),
                    HostScalars.of(beta),
                    c.address(),
                    c.type(),
                    c.leading(),
                    COMPUTE_32F,
                    GEMM_DEFAULT);
            if (code != 0) check(code, Cublas.shape("cublasGemmEx", m, n, k));
            context.queued().product("cublasGemmEx", m, n, k);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String details() {
        return "cuBLAS " + Cublas.versionName(version) + " (java.lang.foreign), " + library.location();
    }

    @Override
    public void close() {
        if (!open) return;
        open = false;
        try {
            int _ = (int) destroy.invokeExact(handle);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private void check(int code, String call) {
        if (code != 0) throw context.cublasFailure(code, call);
    }

    private static FunctionDescriptor function(MemoryLayout... parameters) {
        return FunctionDescriptor.of(JAVA_INT, parameters);
    }

    /** A method handle may throw anything; what a native function throws is unchecked. */
    private static RuntimeException thrown(Throwable e) {
        if (e instanceof Error error) throw error;
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException("cuBLAS", e);
    }
}
