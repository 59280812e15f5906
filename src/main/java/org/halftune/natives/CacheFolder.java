package org.halftune.natives;

import java.nio.file.Path;

/** The cache folder: {@code HALFTUNE_CACHE}, else {@code ~/.cache/halftune}. Its content can be deleted at any time. */
public final class CacheFolder {
    private CacheFolder() {}

    public static Path path() {
        var chosen = System.getenv("HALFTUNE_CACHE");
        if (chosen != null && !chosen.isBlank()) return Path.of(chosen);
        return Path.of(System.getProperty("user.home"), ".cache", "halftune");
    }
}
