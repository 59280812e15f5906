package org.halftune.backend.cuda.driver;

import java.util.Set;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.DeviceFailure;

/** CUDA refused a call, or something it ran failed: which call on what, and CUDA's own name for it. */
public final class CudaFailure extends DeviceFailure {
    private static final long serialVersionUID = 1;

    /**
     * After these a context answers every call with the same code, until the process ends (CUDA Driver API, {@code CUresult}:
     * "the process must be terminated and relaunched"), or the card itself has to be looked after. Those given as numbers are
     * newer than JCuda.
     */
    private static final Set<Integer> STICKY = Set.of(
            CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
            CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE,
            CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
            CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
            CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
            CUresult.CUDA_ERROR_ASSERT,
            CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
            CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
            CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
            CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
            CUresult.CUDA_ERROR_INVALID_PC,
            CUresult.CUDA_ERROR_LAUNCH_FAILED,
            226, // CUDA_ERROR_CONTAINED
            721, // CUDA_ERROR_TENSOR_MEMORY_LEAK
            CUresult.CUDA_ERROR_EXTERNAL_DEVICE,
            CUresult.CUDA_ERROR_UNKNOWN);

    private CudaFailure(String what, String where, String fix) {
        super(what, where, fix);
    }

    /** Throws unless {@code code} is success. For calls before there is a context; else {@link CudaContext#check}. */
    static void check(int code, String call) {
        if (code != CUresult.CUDA_SUCCESS) throw of(code, call);
    }

    /** @param call the call and its arguments: its name, sizes, shape of a launch */
    static CudaFailure of(int code, String call) {
        return of(code, call, describe(code));
    }

    /** A failure of a library with its own codes. */
    static CudaFailure of(int code, String call, String description) {
        return new CudaFailure(call + ": " + description, "", "check nvidia-smi");
    }

    /**
     * A failure on a device that is in use.
     *
     * @param description name and number of the code, where the library has codes of its own
     * @param queued the work queued on the device since the host last waited
     */
    static CudaFailure on(Device device, int code, String call, String description, LaunchLog queued) {
        var where = device.name() + " (cuda:" + device.index() + ")";
        if (!sticky(code)) {
            return new CudaFailure(call + ": " + description, where, "check nvidia-smi");
        }
        return new CudaFailure(
                call + ": " + description,
                where + "; " + queued,
                "this process can no longer use the device: start again; " + remedy(code));
    }

    private static String remedy(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_ECC_UNCORRECTABLE ->
                "if it happens again the card's memory is damaged (nvidia-smi -q -d ECC)";
            case CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE -> "if it happens again look at nvidia-smi nvlink -e";
            case CUresult.CUDA_ERROR_LAUNCH_TIMEOUT ->
                "the card also drives a display, whose driver ends kernels after some seconds: use smaller batches";
            default ->
                "the system's log shows what the card did (dmesg | grep -i xid); if it happens again at the"
                        + " same place, that kernel has a bug: report this message";
        };
    }

    /** Whether the context answers every call with this code from now on. */
    static boolean sticky(int code) {
        return STICKY.contains(code);
    }

    /** {@code CUDA_ERROR_OUT_OF_MEMORY (2)}, with the driver's explanation where it has one. */
    public static String describe(int code) {
        var explanation = new String[1];
        boolean explained = JCudaDriver.cuGetErrorString(code, explanation) == CUresult.CUDA_SUCCESS;
        return name(code) + (explained && explanation[0] != null ? ", " + explanation[0] : "");
    }

    /** {@code CUDA_ERROR_OUT_OF_MEMORY (2)}, without asking the driver, which may not be there. */
    static String name(int code) {
        var name = switch (code) {
            case 226 -> "CUDA_ERROR_CONTAINED";
            case 721 -> "CUDA_ERROR_TENSOR_MEMORY_LEAK";
            default -> CUresult.stringFor(code);
        };
        return name + " (" + code + ")";
    }
}
