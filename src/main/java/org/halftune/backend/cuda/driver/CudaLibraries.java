package org.halftune.backend.cuda.driver;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shared libraries by the system's loader, and why one cannot be loaded: {@link SymbolLookup} reports only that it cannot, the
 * loader what is missing or damaged.
 */
public final class CudaLibraries {
    /** Where loaders look by default. */
    private static final List<String> USUAL =
            List.of("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib");

    /** A file of that name, and the loader's message about it. */
    public record Reason(Path file, String message) {}

    private CudaLibraries() {}

    /**
     * Loads a library for the life of the process: JCuda is linked to it by name, and a driver cannot be unloaded.
     *
     * @param library a name, looked for by the loader, or an absolute path
     */
    public static Optional<SymbolLookup> open(String library) {
        try {
            return Optional.of(
                    library.startsWith("/")
                            ? SymbolLookup.libraryLookup(Path.of(library), Arena.global())
                            : SymbolLookup.libraryLookup(library, Arena.global()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Why a library that could not be opened by its name could not; empty if no file of that name is where loaders look. */
    public static Optional<Reason> whyNot(String name) {
        var folders = new ArrayList<String>();
        var path = System.getenv("LD_LIBRARY_PATH");
        if (path != null) folders.addAll(List.of(path.split(":")));
        folders.addAll(USUAL);
        return folders.stream()
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::exists)
                .findFirst()
                .map(file -> new Reason(file, reason(file)));
    }

    /** The loader's message about a file that it does not load: {@code libcublasLt.so.12: cannot open shared object file}. */
    public static String reason(Path file) {
        try {
            System.load(file.toAbsolutePath().toString());
            return "it can be loaded by its path, but not by its name";
        } catch (UnsatisfiedLinkError e) {
            var message = String.valueOf(e.getMessage());
            var prefix = file.toAbsolutePath() + ": ";
            int at = message.lastIndexOf(prefix);
            return at >= 0 ? message.substring(at + prefix.length()) : message;
        }
    }

    /** The file that the loader found under this name, from the process's memory map. */
    public static String locationOf(String name) {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/" + name))
                    .map(line -> line.substring(line.indexOf('/')))
                    .findFirst()
                    .orElse(name);
        } catch (IOException e) {
            return name;
        }
    }
}
