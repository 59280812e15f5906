package org.halftune;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The five small Llamas and what PyTorch and transformers make of them, in {@code tests/resources/fixtures}. */
public final class Fixtures {
    /** Names of the fixtures; {@code sharded} is {@code mha-untied} in three files. */
    public static final List<String> ALL = List.of("gqa-tied", "llama3-rope", "mha-untied", "odd-layers", "sharded");

    private Fixtures() {}

    /** A file or folder of the fixtures, for example {@code gqa-tied/expected.json}. */
    public static Path path(String name) {
        URL url = Fixtures.class.getResource("/fixtures/" + name);
        if (url == null) throw new IllegalArgumentException("no fixture " + name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The model folder of a fixture. */
    public static Path model(String name) {
        return path(name + "/model");
    }

    /** Copies a fixture's model folder to {@code target}, for tests that damage it. */
    public static Path copyModel(String name, Path target) {
        try (var files = Files.list(model(name))) {
            Files.createDirectories(target);
            for (Path file : files.toList()) Files.copy(file, target.resolve(file.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }
}
