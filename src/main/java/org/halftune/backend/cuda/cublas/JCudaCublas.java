package org.halftune.backend.cuda.cublas;

import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.runtime.cudaStream_t;
import org.halftune.backend.cuda.driver.CudaContext;
import org.halftune.backend.cuda.driver.JCudaNatives;
import org.halftune.backend.cuda.driver.Raw;

/**
 * cuBLAS 12 through JCublas, which is linked to {@code libcublas.so.12}. Its {@code cublasGemmEx_new} is cuBLAS's
 * {@code cublasGemmEx}; the one without the suffix is the older form, without compute types.
 */
final class JCudaCublas implements Cublas {
    private final cublasHandle handle = new cublasHandle();
    private final Pointer zero = Raw.pointer(HostScalars.zero().address());
    private final Pointer one = Raw.pointer(HostScalars.one().address());
    private final String location;
    private final int version;
    private final CudaContext context;
    private boolean open = true;

    /** @param workspace device address of {@link Cublas#WORKSPACE_BYTES} */
    JCudaCublas(CublasLibrary library, CudaContext context, long workspace) {
        this.context = context;
        JCudaNatives.bindCublas();
        JCublas2.setExceptionsEnabled(false); // codes are checked here
        context.attach();
        check(JCublas2.cublasCreate(handle), "cublasCreate");
        try {
            // The stream first: setting it resets the workspace.
            check(JCublas2.cublasSetStream(handle, new cudaStream_t(context.stream())), "cublasSetStream");
            check(
                    JCublas2.cublasSetWorkspace(handle, Raw.pointer(workspace), WORKSPACE_BYTES),
                    "cublasSetWorkspace of " + WORKSPACE_BYTES + " bytes");
            var found = new int[1];
            check(JCublas2.cublasGetVersion(handle, found), "cublasGetVersion");
            version = found[0];
            library.requireVersion(version);
            location = library.location();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Matrix a, Matrix b, float beta, Matrix c) {
        int code = JCublas2.cublasGemmEx_new(
                handle,
                Cublas.operation(transposeA),
                Cublas.operation(transposeB),
                m,
                n,
                k,
                one,
                Raw.pointer(a.address()),
                a.type(),
                a.leading(),
                Raw.pointer(b.address()),
                b.type(),
                b.leading(),
                scalar(beta),
                Raw.pointer(c.address()),
                c.type(),
                c.leading(),
                COMPUTE_32F,
                GEMM_DEFAULT);
        if (code != 0) check(code, Cublas.shape("cublasGemmEx", m, n, k));
        context.queued().product("cublasGemmEx", m, n, k);
    }

    private Pointer scalar(float beta) {
        return HostScalars.of(beta).address() == HostScalars.one().address() ? one : zero;
    }

    private void check(int code, String call) {
        if (code != 0) throw context.cublasFailure(code, call);
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String details() {
        return "cuBLAS " + Cublas.versionName(version) + " (JCublas), " + location;
    }

    @Override
    public void close() {
        if (open) JCublas2.cublasDestroy(handle);
        open = false;
    }
}
