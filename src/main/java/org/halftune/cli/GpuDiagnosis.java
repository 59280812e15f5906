package org.halftune.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What of an NVIDIA GPU can be seen from here. This version trains on the CPU, so nothing of it is needed. */
final class GpuDiagnosis {
    private static final List<String> CUBLAS = List.of("libcublas.so.13", "libcublas.so.12");

    private GpuDiagnosis() {}

    static List<Finding> all() {
        return List.of(
                device(),
                driver(),
                cublas(),
                Finding.missing("CUDA engine", "not in this version, which trains on the CPU"));
    }

    private static Finding device() {
        var devices = matches(Path.of("/dev"), "nvidia[0-9]*");
        return devices.isEmpty()
                ? Finding.missing(
                        "GPU",
                        "no /dev/nvidia*: no NVIDIA GPU, or the container was not given one (docker: --gpus all)")
                : Finding.fine("GPU", devices.size() + " NVIDIA, " + devices.getFirst());
    }

    private static Finding driver() {
        return loads("libcuda.so.1")
                ? Finding.fine("CUDA driver", "libcuda.so.1")
                : Finding.missing("CUDA driver", "no libcuda.so.1: the NVIDIA driver is not installed here");
    }

    private static Finding cublas() {
        Optional<String> found = CUBLAS.stream().filter(GpuDiagnosis::loads).findFirst();
        if (found.isPresent()) return Finding.fine("cuBLAS", found.get());
        for (var home : matches(Path.of("/usr/local"), "cuda*")) {
            var libraries = matches(home.resolve("lib64"), "libcublas.so.1[23]");
            if (!libraries.isEmpty())
                return Finding.fine("cuBLAS", libraries.getFirst().toString());
        }
        return Finding.missing("cuBLAS", "no libcublas.so.12 or .13: the CUDA toolkit is not installed here");
    }

    private static boolean loads(String library) {
        try (var arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(library, arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<Path> matches(Path folder, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            entries.forEach(found::add);
        } catch (IOException e) { // No such folder: nothing of the kind is here.
        }
        return found.stream().sorted().toList();
    }
}
