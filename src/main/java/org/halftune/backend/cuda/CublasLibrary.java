package org.halftune.backend.cuda;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * The cuBLAS of this machine, found and loaded.
 *
 * <p>Looked for in this order, and 12 before 13, because 12 runs on the drivers of both: the file or folder named by {@code
 * HALFTUNE_CUBLAS}; where the system's loader looks ({@code LD_LIBRARY_PATH}, {@code ldconfig}); {@link CudaFolders}.
 *
 * @param major 12 or 13
 * @param location the file it came from
 */
record CublasLibrary(int major, String location, SymbolLookup symbols) {
    /** Names a file {@code libcublas.so.12} or {@code .13}, or a folder that holds one. */
    static final String VARIABLE = "HALFTUNE_CUBLAS";

    private static final String PREFIX = "libcublas.so.";

    /**
     * Finds and loads it.
     *
     * @param chosen the value of {@link #VARIABLE}; null or blank: search
     * @param driverVersion a cuBLAS newer than what the driver knows cannot run
     * @throws InputError if there is none that this driver can run, or the chosen one cannot be loaded
     */
    static CublasLibrary find(@Nullable String chosen, int driverVersion) {
        var majors = driverVersion >= 13000 ? List.of(12, 13) : List.of(12);
        if (chosen != null && !chosen.isBlank()) return loadChosen(Path.of(chosen), majors);
        for (int major : majors) {
            var symbols = tryLoad(PREFIX + major);
            if (symbols != null) return new CublasLibrary(major, locationOf(PREFIX + major), symbols);
        }
        var broken = new ArrayList<Path>();
        for (int major : majors) {
            for (var folder : CudaFolders.ofThisMachine().list()) {
                var file = folder.resolve(PREFIX + major);
                if (!Files.exists(file)) continue;
                var library = load(file, major);
                if (library != null) return library;
                broken.add(file);
            }
        }
        throw new InputError(
                broken.isEmpty()
                        ? "no cuBLAS " + (majors.contains(13) ? "12 or 13" : "12") + " found"
                        : "cuBLAS cannot be loaded",
                broken.isEmpty() ? "the loader's path, /usr/local/cuda*, Python's nvidia packages" : broken.toString(),
                "install the CUDA toolkit, or pip install nvidia-cublas-cu12, or set " + VARIABLE
                        + " to the folder that holds " + PREFIX + majors.getFirst());
    }

    private static CublasLibrary loadChosen(Path chosen, List<Integer> majors) {
        for (int major : majors) {
            var file = Files.isDirectory(chosen) ? chosen.resolve(PREFIX + major) : chosen;
            if (!Files.exists(file) || !file.getFileName().toString().startsWith(PREFIX + major)) continue;
            var library = load(file, major);
            if (library != null) return library;
            throw new InputError(
                    "cuBLAS cannot be loaded",
                    VARIABLE + "=" + chosen,
                    "check with ldd " + file + "; libcublasLt of the same version must lie beside it");
        }
        throw new InputError(
                "no cuBLAS that this driver can run: looked for " + PREFIX + majors,
                VARIABLE + "=" + chosen,
                "name the file, or the folder that holds it; cuBLAS 13 needs a driver of CUDA 13");
    }

    /** cuBLAS needs its sister cuBLASLt, which outside the loader's path is found only once it is loaded. */
    private static @Nullable CublasLibrary load(Path file, int major) {
        var sister = file.resolveSibling("libcublasLt.so." + major);
        if (Files.exists(sister)) tryLoad(sister.toAbsolutePath().toString());
        var symbols = tryLoad(file.toAbsolutePath().toString());
        return symbols == null ? null : new CublasLibrary(major, file.toString(), symbols);
    }

    /** Loaded for the life of the process: JCublas is linked to it by name, and a driver's libraries cannot be unloaded. */
    private static @Nullable SymbolLookup tryLoad(String library) {
        try {
            return library.startsWith("/")
                    ? SymbolLookup.libraryLookup(Path.of(library), Arena.global())
                    : SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The file that the loader found under this name, as the process's own memory map tells. */
    private static String locationOf(String name) {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/" + name))
                    .map(line -> line.substring(line.indexOf('/')))
                    .findFirst()
                    .orElse(name);
        } catch (IOException e) {
            return name;
        }
    }

    /** A provider on this library: JCublas for 12, to whose name it is linked. */
    Cublas open(CudaContext context, long workspace) {
        return major == 12 ? new JCudaCublas(this, context, workspace) : new ForeignCublas(this, context, workspace);
    }
}
