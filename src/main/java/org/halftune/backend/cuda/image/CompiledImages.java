package org.halftune.backend.cuda.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.halftune.files.AtomicFile;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * What NVRTC has compiled, kept for the next run. A file is named after everything that its content depends on, begins
 * with the SHA-256 of name and image, and is written whole or not at all: an image of other sources is not found, and a
 * damaged one is not used.
 */
final class CompiledImages {
    private static final int SUM = 64;

    private final Path folder;
    private final Consumer<String> notice;

    /**
     * @param folder where to keep them; made when needed
     * @param notice receives a line, once, if nothing can be kept there
     */
    CompiledImages(Path folder, Consumer<String> notice) {
        this.folder = folder;
        this.notice = notice;
    }

    /** The image of that name, or null if it was never kept or is damaged. */
    byte @Nullable [] find(String name) {
        try {
            var file = Files.readAllBytes(folder.resolve(name));
            if (file.length <= SUM) return null;
            var image = Arrays.copyOfRange(file, SUM, file.length);
            return new String(file, 0, SUM, UTF_8).equals(sum(name, image)) ? image : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Keeps an image. A folder that cannot be written costs the time of the next compilation, not this run. */
    void keep(String name, byte[] image) {
        try {
            AtomicFile.makeFolder(folder);
            AtomicFile.write(folder.resolve(name), concatenate(sum(name, image).getBytes(UTF_8), image));
        } catch (InputError e) {
            notice.accept("compiled kernels cannot be cached: " + e.what()
                    + "; set HALFTUNE_CACHE to a folder you may write");
        }
    }

    private static String sum(String name, byte[] image) {
        return Sha256.of(concatenate(name.getBytes(UTF_8), image));
    }

    private static byte[] concatenate(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
