package org.halftune.backend.cuda.driver;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where libraries of the CUDA toolkit lie when the loader does not find them: in the toolkit's own folder, or in the
 * packages that Python programs bring along ({@code site-packages/nvidia/…}).
 */
public final class CudaFolders {
    private final Path root;
    private final Map<String, String> environment;

    /** For tests: another root of the file system. */
    public CudaFolders(Path root, Map<String, String> environment) {
        this.root = root;
        this.environment = environment;
    }

    public static CudaFolders ofThisMachine() {
        return new CudaFolders(Path.of("/"), System.getenv());
    }

    /** Folders that exist and may hold a library, in the order in which to look. */
    public List<Path> list() {
        Set<Path> folders = new LinkedHashSet<>();
        for (var home : List.of("CUDA_HOME", "CUDA_PATH")) {
            var path = environment.get(home);
            if (path != null && !path.isBlank()) addIfThere(folders, Path.of(path, "lib64"));
        }
        // The newest first; without a version it is a link to the one that the machine's owner prefers.
        addIfThere(folders, root.resolve("usr/local/cuda/lib64"));
        for (var toolkit : matching(root.resolve("usr/local"), "cuda-*").reversed()) {
            addIfThere(folders, toolkit.resolve("lib64"));
        }
        for (var packages : pythonPackages()) {
            // One folder a library up to CUDA 12, cuda_nvrtc and so on; one for all, cu13, since.
            for (var part : matching(packages.resolve("nvidia"), "*")) addIfThere(folders, part.resolve("lib"));
        }
        return List.copyOf(folders);
    }

    /** {@code site-packages} of the environment in use, then the user's, then the machine's. */
    private List<Path> pythonPackages() {
        var prefixes = new ArrayList<Path>();
        for (var variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            var path = environment.get(variable);
            if (path != null && !path.isBlank()) prefixes.add(Path.of(path));
        }
        var home = environment.get("HOME");
        if (home != null && !home.isBlank()) prefixes.add(Path.of(home, ".local"));
        for (var prefix : List.of("usr/local", "usr", "opt/conda")) prefixes.add(root.resolve(prefix));
        var packages = new ArrayList<Path>();
        for (var prefix : prefixes) {
            for (var python : matching(prefix.resolve("lib"), "python3*").reversed()) {
                packages.add(python.resolve("site-packages"));
                packages.add(python.resolve("dist-packages"));
            }
        }
        return packages;
    }

    private static void addIfThere(Set<Path> folders, Path folder) {
        if (Files.isDirectory(folder)) folders.add(folder);
    }

    /** Entries of a folder whose names match, sorted; none if it cannot be read. */
    public static List<Path> matching(Path folder, String pattern) {
        if (!Files.isDirectory(folder)) return List.of();
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            entries.forEach(found::add);
        } catch (IOException e) {
            return List.of();
        }
        found.sort(null);
        return found;
    }
}
