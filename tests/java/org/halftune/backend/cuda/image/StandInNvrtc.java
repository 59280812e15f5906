package org.halftune.backend.cuda.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Builds {@code tests/nvrtc/nvrtc.cpp}, the stand-in for NVIDIA's library. */
final class StandInNvrtc {
    private StandInNvrtc() {}

    /**
     * A {@code libnvrtc.so} in that folder, which is made.
     *
     * @param version 12040 is 12.4
     * @param architectures {@code 80,86,90}
     * @param modules that it can compile
     */
    static Path build(Path folder, int version, String architectures, String... modules)
            throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("ptx"));
        for (var module : modules) {
            Files.writeString(folder.resolve("ptx").resolve(module + ".ptx"), FakeKernels.ptxText(module, "8.0"));
        }
        var library = folder.resolve("libnvrtc.so." + version / 1000);
        var log = Files.createTempFile(folder, "g++", ".log");
        var command = List.of(
                "g++",
                "-std=c++17",
                "-shared",
                "-fPIC",
                "-DMAJOR=" + version / 1000,
                "-DMINOR=" + version % 1000 / 10,
                "-DARCHITECTURES=" + architectures,
                "-o",
                library.toString(),
                "tests/nvrtc/nvrtc.cpp");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) throw e;
            Assumptions.abort("skipped: no g++ to build the stand-in for NVRTC");
        }
        return library;
    }
}
