package org.halftune.backend.cuda;

import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** CUDA refused a call, or something it ran failed: which call on what, and CUDA's own name for it. */
final class CudaFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;

    private CudaFailure(String message, int code) {
        super(message);
        this.code = code;
    }

    /** Throws unless {@code code} is success. */
    static void check(int code, String call) {
        if (code != CUresult.CUDA_SUCCESS) throw of(code, call);
    }

    /** @param call the call and what it was given: its name, sizes, shape of a launch */
    static CudaFailure of(int code, String call) {
        return new CudaFailure(call + ": " + describe(code), code);
    }

    /** A failure of a library that has codes of its own. */
    static CudaFailure of(int code, String call, String description) {
        return new CudaFailure(call + ": " + description, code);
    }

    /** {@code CUDA_ERROR_OUT_OF_MEMORY (2)}, with the driver's explanation where it has one. */
    static String describe(int code) {
        var name = CUresult.stringFor(code);
        var explanation = new String[1];
        boolean explained = JCudaDriver.cuGetErrorString(code, explanation) == CUresult.CUDA_SUCCESS;
        return name + " (" + code + ")" + (explained && explanation[0] != null ? ", " + explanation[0] : "");
    }

    /** CUDA's or cuBLAS's number for what happened. */
    int code() {
        return code;
    }
}
