package org.halftune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * SmolLM2-135M-Instruct, a real instruct model. It lies packed in the folder next to the checkout and is unpacked once, into
 * {@code target/}; tests that need it are skipped where it is absent.
 */
public final class SmolLm2 {
    private static final String PACKED = "models/SmolLM2-135M-Instruct";
    private static final Path UNPACKED = Path.of("target", PACKED);

    private SmolLm2() {}

    /** What transformers makes of the model: {@code expected.json}. */
    public static JsonNode expected() {
        return new JsonMapper().readTree(SharedFolder.require(PACKED).resolve("expected.json"));
    }

    /** The model folder in Hugging Face form. */
    public static synchronized Path folder() {
        Path packed = SharedFolder.require(PACKED);
        if (Files.exists(UNPACKED)) return UNPACKED;
        try {
            Files.createDirectories(UNPACKED.getParent());
            Path unfinished = Files.createTempDirectory(UNPACKED.getParent(), "unpacking");
            var java = Path.of(System.getProperty("java.home"), "bin", "java");
            var process = new ProcessBuilder(
                            java.toString(),
                            "Unpack.java",
                            unfinished.toAbsolutePath().toString())
                    .directory(packed.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("unpacked in time")
                    .isTrue();
            assertThat(process.exitValue()).as("exit code of Unpack.java").isZero();
            Files.move(unfinished, UNPACKED, StandardCopyOption.ATOMIC_MOVE);
            return UNPACKED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
