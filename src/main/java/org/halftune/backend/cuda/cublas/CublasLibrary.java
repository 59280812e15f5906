package org.halftune.backend.cuda.cublas;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.halftune.backend.cuda.driver.CudaContext;
import org.halftune.backend.cuda.driver.CudaFolders;
import org.halftune.backend.cuda.driver.CudaLibraries;
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
public record CublasLibrary(int major, String location, SymbolLookup symbols) {
    /** Names a file {@code libcublas.so.12} or {@code .13}, or a folder that holds one. */
    public static final String VARIABLE = "HALFTUNE_CUBLAS";

    private static final String PREFIX = "libcublas.so.";

    /**
     * Finds and loads it.
     *
     * @param chosen the value of {@link #VARIABLE}; null or blank: search
     * @param driverVersion a cuBLAS of a newer major CUDA cannot run
     * @throws InputError if there is none that this driver can run, or the chosen one cannot be loaded
     */
    public static CublasLibrary find(@Nullable String chosen, int driverVersion) {
        var majors = driverVersion >= 13000 ? List.of(12, 13) : List.of(12);
        if (chosen != null && !chosen.isBlank()) return loadChosen(Path.of(chosen), majors);
        for (int major : majors) {
            var name = PREFIX + major;
            var symbols = CudaLibraries.open(name);
            if (symbols.isPresent()) return new CublasLibrary(major, CudaLibraries.locationOf(name), symbols.get());
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
        for (int major : majors) CudaLibraries.whyNot(PREFIX + major).ifPresent(reason -> broken.add(reason.file()));
        if (!broken.isEmpty())
            throw unusable(broken.getFirst(), broken.getFirst().toString());
        throw new InputError(
                "no cuBLAS " + (majors.contains(13) ? "12 or 13" : "12") + " found" + others(majors),
                "searched: the loader's path, /usr/local/cuda*, Python's nvidia packages",
                "install the CUDA toolkit, or pip install nvidia-cublas-cu12, or set " + VARIABLE
                        + " to the folder that holds " + PREFIX + majors.getFirst());
    }

    /** Of other versions, which this program or this driver cannot use: to say that they were seen. */
    private static String others(List<Integer> majors) {
        for (var folder : CudaFolders.ofThisMachine().list()) {
            for (var file : CudaFolders.matching(folder, PREFIX + "[0-9][0-9]")) {
                if (majors.stream().noneMatch(major -> file.endsWith(PREFIX + major))) {
                    return "; " + file + " was found, but this version "
                            + (file.endsWith(PREFIX + 13) ? "needs a driver of CUDA 13" : "cannot be used");
                }
            }
        }
        return "";
    }

    private static InputError unusable(Path file, String where) {
        var reason = CudaLibraries.reason(file);
        return new InputError(
                "cuBLAS cannot be loaded: " + reason,
                where,
                reason.contains("libcublasLt")
                        ? "put libcublasLt of the same version next to it, or reinstall cuBLAS (pip install nvidia-cublas-cu12)"
                        : "reinstall cuBLAS, or set " + VARIABLE + " to another; ldd " + file + " shows what it needs");
    }

    private static CublasLibrary loadChosen(Path chosen, List<Integer> majors) {
        for (int major : majors) {
            var file = Files.isDirectory(chosen) ? chosen.resolve(PREFIX + major) : chosen;
            if (!Files.exists(file) || !file.getFileName().toString().startsWith(PREFIX + major)) continue;
            var library = load(file, major);
            if (library != null) return library;
            throw unusable(file, VARIABLE + "=" + chosen);
        }
        throw new InputError(
                "no cuBLAS that this driver can run: looked for "
                        + majors.stream().map(major -> PREFIX + major).collect(Collectors.joining(" or ")),
                VARIABLE + "=" + chosen,
                "name the file or its folder; cuBLAS 13 needs a driver of CUDA 13");
    }

    /** cuBLAS needs its sister cuBLASLt, which outside the loader's path is found only once it is loaded. */
    private static @Nullable CublasLibrary load(Path file, int major) {
        var sister = file.resolveSibling("libcublasLt.so." + major);
        if (Files.exists(sister)) {
            var _ = CudaLibraries.open(sister.toAbsolutePath().toString());
        }
        return CudaLibraries.open(file.toAbsolutePath().toString())
                .map(symbols -> new CublasLibrary(major, file.toString(), symbols))
                .orElse(null);
    }

    /** Throws if the library's version is not that of its name: JCublas would call functions with other signatures. */
    void requireVersion(int version) {
        if (version / 10000 == major) return;
        throw new InputError(
                PREFIX + major + " is cuBLAS " + Cublas.versionName(version),
                location,
                "reinstall cuBLAS, or set " + VARIABLE + " to another");
    }

    /** A provider on this library: JCublas for 12, to whose name it is linked. */
    public Cublas open(CudaContext context, long workspace) {
        return major == 12 ? new JCudaCublas(this, context, workspace) : new ForeignCublas(this, context, workspace);
    }
}
