package org.halftune.backend.cuda.cublas;

/**
 * What of cuBLAS is used: products of dense matrices, sums in fp32, on the backend's stream with the backend's workspace.
 * One stream and one fixed workspace also make results repeatable bit for bit (cuBLAS documentation, "Results
 * Reproducibility").
 *
 * <p>As in BLAS, matrices are column-major, and a leading dimension is the number of elements between columns. Addresses
 * are device addresses.
 */
public sealed interface Cublas extends AutoCloseable permits JCudaCublas, ForeignCublas {
    /** Workspace that NVIDIA advises for compute capability 9.0. */
    long WORKSPACE_BYTES = 32 << 20;

    /** {@code CUDA_R_32F} of {@code library_types.h}. */
    int R_32F = 0;

    /** {@code CUDA_R_16BF}. */
    int R_16BF = 14;

    /** {@code CUBLAS_COMPUTE_32F}: products and sums of at least fp32; fp32 inputs are not cut to TF32. */
    int COMPUTE_32F = 68;

    /** {@code CUBLAS_GEMM_DEFAULT}: cuBLAS chooses. */
    int GEMM_DEFAULT = -1;

    /** {@code CUBLAS_OP_N}, {@code CUBLAS_OP_T}. */
    static int operation(boolean transpose) {
        return transpose ? 1 : 0;
    }

    /**
     * A matrix in device memory.
     *
     * @param type {@link #R_32F} or {@link #R_16BF}
     * @param leading elements between columns
     */
    record Matrix(long address, int type, int leading) {}

    /** {@code C = op(A)·op(B) + beta·C}: op(A) [m,k], op(B) [k,n], C [m,n]. */
    void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Matrix a, Matrix b, float beta, Matrix c);

    /** As cuBLAS gives it: 130100 is 13.1.0. */
    int version();

    /** {@code cuBLAS 12.6}. */
    default String name() {
        return "cuBLAS " + version() / 10000 + "." + version() / 100 % 100;
    }

    /** {@code cuBLAS 12.6.4 (JCublas), /usr/local/cuda/lib64/libcublas.so.12}. */
    String details();

    @Override
    void close();

    /** For a failure's message: {@code cublasGemmEx [m 64, n 32, k 16]}. */
    static String shape(String call, int m, int n, int k) {
        return call + " [m " + m + ", n " + n + ", k " + k + "]";
    }

    /** {@code 120604} is 12.6.4. */
    static String versionName(int version) {
        return version / 10000 + "." + version / 100 % 100 + "." + version % 100;
    }
}
