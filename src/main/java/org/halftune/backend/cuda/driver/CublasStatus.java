package org.halftune.backend.cuda.driver;

/** The names of {@code cublasStatus_t}. Written down here, as the library's own call for it is younger than CUDA 12.0's. */
final class CublasStatus {
    static final int ALLOC_FAILED = 3;

    private CublasStatus() {}

    static String describe(int code) {
        var name = switch (code) {
            case 0 -> "CUBLAS_STATUS_SUCCESS";
            case 1 -> "CUBLAS_STATUS_NOT_INITIALIZED";
            case ALLOC_FAILED -> "CUBLAS_STATUS_ALLOC_FAILED";
            case 7 -> "CUBLAS_STATUS_INVALID_VALUE";
            case 8 -> "CUBLAS_STATUS_ARCH_MISMATCH";
            case 11 -> "CUBLAS_STATUS_MAPPING_ERROR";
            case 13 -> "CUBLAS_STATUS_EXECUTION_FAILED";
            case 14 -> "CUBLAS_STATUS_INTERNAL_ERROR";
            case 15 -> "CUBLAS_STATUS_NOT_SUPPORTED";
            case 16 -> "CUBLAS_STATUS_LICENSE_ERROR";
            default -> "unknown status of cuBLAS";
        };
        return name + " (" + code + ")";
    }
}
