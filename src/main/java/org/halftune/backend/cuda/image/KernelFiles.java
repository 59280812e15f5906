package org.halftune.backend.cuda.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code src/main/cuda/compile} put into the jar: {@code sources/} with their {@code list}, and folders of images
 * {@code ptx/}, {@code sm_80/}, {@code sm_90/}, as far as the build could make them.
 */
@FunctionalInterface
interface KernelFiles {

    /** The content of a file, or null if there is none of that name. */
    byte @Nullable [] read(String path);

    /** Those in this class's package. */
    static KernelFiles inJar() {
        return path -> {
            try (var in = KernelFiles.class.getResourceAsStream("/org/halftune/backend/cuda/kernels/" + path)) {
                return in == null ? null : in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException("reading kernels/" + path + " from the jar", e);
            }
        };
    }
}
