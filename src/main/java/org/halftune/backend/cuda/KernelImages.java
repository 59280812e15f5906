package org.halftune.backend.cuda;

import java.util.List;

/** Where compiled kernels come from. */
interface KernelImages {

    /**
     * The images that hold all kernels, in the form that suits this device best.
     *
     * @throws org.halftune.problem.InputError if there are none for it
     */
    List<Image> imagesFor(Device device);

    /**
     * One module: what {@code cuModuleLoadData} takes.
     *
     * @param name the file in {@code src/main/cuda} that it was compiled from
     * @param kind for people: {@code device code sm_90}, {@code PTX}, {@code NVRTC}
     * @param code device code, a fat binary, or PTX
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Image(String name, String kind, byte[] code) {}
}
