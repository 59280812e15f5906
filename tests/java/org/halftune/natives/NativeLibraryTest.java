package org.halftune.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extraction of native libraries in child processes, because the folder comes from the environment. */
class NativeLibraryTest {
    private static final NativeLibrary LIBRARY = NativeLibrary.OPENBLAS;

    @TempDir
    Path folder;

    @Test
    void truncatedAndForeignFilesAreReplaced() throws Exception {
        var cache = folder.resolve("not/there/yet");
        var first = Path.of(extract(cache));
        assertThat(first).startsWith(cache).isRegularFile();
        var intact = Files.readAllBytes(first);
        var before = Files.getLastModifiedTime(first);

        assertThat(extract(cache)).isEqualTo(first.toString());
        assertThat(Files.getLastModifiedTime(first))
                .as("an intact file is left alone")
                .isEqualTo(before);

        Files.write(first, java.util.Arrays.copyOf(intact, intact.length / 2));
        extract(cache);
        assertThat(Files.mismatch(first, write("intact", intact))).isEqualTo(-1);

        var foreign = intact.clone();
        foreign[intact.length / 2] ^= 1;
        Files.write(first, foreign);
        extract(cache);
        assertThat(Files.mismatch(first, folder.resolve("intact"))).isEqualTo(-1);

        try (var files = Files.list(first.getParent())) {
            assertThat(files)
                    .as("nothing half-written")
                    .noneMatch(file -> file.toString().endsWith(".tmp"));
        }
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void unwritableFolderIsAnErrorThatNamesTheVariable() throws Exception {
        // Below a file, where even root cannot create a folder.
        var cache = write("file", new byte[0]).resolve("cache");
        assertThat(extract(cache))
                .startsWith("InputError halftune: cannot extract a native library")
                .contains(cache.toString())
                .contains("fix  set HALFTUNE_CACHE to a writable folder");
    }

    /** Output of {@link #main} in a process with this cache folder. */
    private static String extract(Path cache) throws IOException, InterruptedException {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                NativeLibraryTest.class.getName());
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HALFTUNE_CACHE", cache.toString());
        var process = builder.start();
        try (var out = process.inputReader()) {
            var printed = String.join("\n", out.lines().toList());
            assertThat(process.waitFor()).isZero();
            return printed;
        }
    }

    /** The child process. */
    public static void main(String[] args) {
        try {
            System.out.println(LIBRARY.extract());
        } catch (InputError e) {
            System.out.println("InputError " + e.report());
        }
    }
}
