package org.halftune.backend.cuda.image;

import java.util.List;
import java.util.Optional;
import org.halftune.backend.cuda.driver.Device;

/** Where compiled kernels come from. */
public interface KernelImages {

    /**
     * The images that hold all kernels, in the form that suits this device best.
     *
     * @throws org.halftune.problem.InputError if there are none for it
     */
    List<Image> imagesFor(Device device);

    /**
     * Another image of the same module, for one that the driver refuses to load; empty if there is none but that.
     *
     * @param refused as returned before
     * @param why the driver's code
     * @throws org.halftune.problem.InputError if there were others, and none of them can be used, with the reason for each
     */
    default Optional<Image> instead(Image refused, Device device, String why) {
        return Optional.empty();
    }

    /**
     * One module: what {@code cuModuleLoadData} takes.
     *
     * @param name the file in {@code src/main/cuda} that it was compiled from
     * @param kind as it is printed: {@code device code sm_90}, {@code PTX}, {@code NVRTC}
     * @param code device code, a fat binary, or PTX
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Image(String name, String kind, byte[] code) {}
}
