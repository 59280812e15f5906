package org.halftune.backend.cuda.image;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.halftune.backend.cuda.driver.CudaFolders;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Finds NVRTC: the file that {@code HALFTUNE_NVRTC} names, else by the loader's path, else in {@link CudaFolders}. New
 * ones first, but none of a newer major CUDA than the driver's, which need not understand what it makes.
 */
final class NvrtcSearch {
    /** Names a file {@code libnvrtc.so.12} or {@code .13}, or a folder that holds one. */
    static final String VARIABLE = "HALFTUNE_NVRTC";

    private static final String PREFIX = "libnvrtc.so.";
    private static final int OLDEST_MAJOR = 12;

    private final Map<String, String> environment;
    private final CudaFolders folders;
    private final List<String> failures = new ArrayList<>();

    NvrtcSearch(Map<String, String> environment, CudaFolders folders) {
        this.environment = environment;
        this.folders = folders;
    }

    /**
     * @param driver the CUDA of the driver: 12040 is 12.4
     * @throws InputError if none is found, or none that loads
     */
    Nvrtc find(int driver) {
        var named = environment.get(VARIABLE);
        if (named != null && !named.isBlank()) return named(Path.of(named), driver);
        for (int major = driver / 1000; major >= OLDEST_MAJOR; major--) {
            var nvrtc = find(PREFIX + major);
            if (nvrtc != null) return nvrtc;
        }
        throw new InputError(
                "NVRTC, which compiles kernels at run time, is not found"
                        + (failures.isEmpty() ? "" : ": " + String.join("; ", failures)),
                "the loader's path, /usr/local/cuda*/lib64, Python's site-packages/nvidia",
                "pip install " + (driver >= 13000 ? "nvidia-cuda-nvrtc" : "nvidia-cuda-nvrtc-cu12") + ", or set "
                        + VARIABLE + " to a libnvrtc.so");
    }

    private Nvrtc named(Path named, int driver) {
        var file = named;
        for (int major = driver / 1000; Files.isDirectory(file) && major >= OLDEST_MAJOR; major--) {
            if (Files.exists(named.resolve(PREFIX + major))) file = named.resolve(PREFIX + major);
        }
        var nvrtc = load(file);
        if (nvrtc != null) return nvrtc;
        throw new InputError(
                failures.getLast(),
                VARIABLE,
                "name the file " + PREFIX + "12 or .13, or its folder, or unset the variable");
    }

    private @Nullable Nvrtc find(String file) {
        try {
            // For the life of the process: what is compiled does not depend on it, but its threads may.
            return new Nvrtc(SymbolLookup.libraryLookup(file, Arena.global()), file);
        } catch (IllegalArgumentException e) {
            // Not known to the loader.
        }
        for (var folder : folders.list()) {
            var library = folder.resolve(file);
            if (!Files.exists(library)) continue;
            var nvrtc = load(library);
            if (nvrtc != null) return nvrtc;
        }
        return null;
    }

    /** The library at that path, or null and one more failure. */
    private @Nullable Nvrtc load(Path library) {
        try {
            // NVRTC opens its built-in declarations by a bare name, which is found only if they are loaded already.
            var folder = library.toRealPath().resolveSibling(".");
            for (var builtins : CudaFolders.matching(folder, "libnvrtc-builtins.so.*")) {
                SymbolLookup.libraryLookup(builtins, Arena.global());
            }
            return new Nvrtc(SymbolLookup.libraryLookup(library, Arena.global()), library.toString());
        } catch (IOException | IllegalArgumentException e) {
            failures.add(library + " cannot be loaded");
        } catch (InputError e) {
            failures.add(e.what() + ": " + library);
        }
        return null;
    }
}
