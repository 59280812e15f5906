package org.halftune.backend.cuda;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.halftune.backend.cuda.image.KernelImages;
import org.halftune.cudaoncpu.CudaOnCpu;

/** Backends on the emulated driver. */
final class Emulated {
    /** The emulated driver has its kernels built in and takes any image for them. */
    static final KernelImages ANY_IMAGE =
            _ -> List.of(new KernelImages.Image("any", "emulated", "any".getBytes(StandardCharsets.UTF_8)));

    /** cuBLAS 12 comes through JCublas, 13 through {@code java.lang.foreign}. */
    static final List<String> CUBLAS = List.of(library(12), library(13));

    private Emulated() {}

    static String library(int major) {
        return CudaOnCpu.FOLDER.resolve("libcublas.so." + major).toString();
    }

    static CudaBackend open() {
        return CudaBackend.open(0, ANY_IMAGE, library(12));
    }
}
