package org.halftune;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The folder of real models and data that may lie next to the checkout. It is not part of the project, so a test that
 * needs it is skipped, with a message, where it is absent.
 */
public final class SharedFolder {
    private SharedFolder() {}

    /** The folder named by property or environment variable {@code HALFTUNE_SHARED}, else {@code ../shared}. */
    public static Optional<Path> find() {
        return Stream.of(System.getProperty("HALFTUNE_SHARED"), System.getenv("HALFTUNE_SHARED"), "../shared")
                .filter(Objects::nonNull)
                .map(Path::of)
                .filter(Files::isDirectory)
                .map(path -> path.toAbsolutePath().normalize())
                .findFirst();
    }

    /**
     * The path of {@code what} inside the folder, for example {@code models/stories260K}. Skips the running test where it
     * is absent.
     */
    public static Path require(String what) {
        var path = find().map(folder -> folder.resolve(what)).filter(Files::exists);
        Assumptions.assumeTrue(
                path.isPresent(),
                () -> "skipped: " + what + " is not in ../shared (set HALFTUNE_SHARED to where that folder lies)");
        return path.orElseThrow();
    }
}
