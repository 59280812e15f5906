package org.halftune.backend.cuda.driver;

import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import org.halftune.problem.InputError;

/** Why a device that is there cannot be opened: mostly another process holds it, or has filled it. */
final class DeviceTaken {
    /** {@code CU_COMPUTEMODE_PROHIBITED} and {@code CU_COMPUTEMODE_EXCLUSIVE_PROCESS}: nvidia-smi's names for them are these. */
    private static final int PROHIBITED = 2, EXCLUSIVE = 3;

    private DeviceTaken() {}

    /** What to throw when a call that opens the device has failed. */
    static RuntimeException explain(int code, String call, Driver driver, Device device) {
        var where = device.name() + " (cuda:" + device.index() + "); " + call + ": " + CudaFailure.describe(code);
        var another = driver.deviceCount() > 1 ? ", choose another GPU (--device cuda:N)" : "";
        int mode = Driver.attribute(device.index(), CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_MODE);
        if (mode == PROHIBITED) {
            return new InputError(
                    "the GPU is closed to programs: its compute mode is Prohibited",
                    where,
                    "open it with nvidia-smi -c DEFAULT (as root)" + another + ", or use --device cpu");
        }
        return switch (code) {
            case CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE ->
                new InputError(
                        mode == EXCLUSIVE
                                ? "another process holds the GPU exclusively: its compute mode is Exclusive_Process"
                                : "the GPU is busy or unavailable",
                        where,
                        "wait for the other process (nvidia-smi shows it)" + another
                                + (mode == EXCLUSIVE ? ", allow several with nvidia-smi -c DEFAULT (as root)" : "")
                                + ", or use --device cpu");
            case CUresult.CUDA_ERROR_OUT_OF_MEMORY ->
                new InputError(
                        "too little memory is free on the GPU to open it: other programs use the rest",
                        where,
                        "end other programs on this GPU (nvidia-smi shows them)" + another + ", or use --device cpu");
            default -> CudaFailure.of(code, call + " of " + device.name() + " (cuda:" + device.index() + ")");
        };
    }
}
