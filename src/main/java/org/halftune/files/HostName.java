package org.halftune.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The host name, without a network look-up, which can be slow. */
public final class HostName {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    /** Letters, digits, dots, underscores and hyphens only; {@code localhost} if the name is unknown. */
    public static String get() {
        String name = fromKernel();
        if (name.isEmpty()) name = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "");
        name = name.replaceAll("[^A-Za-z0-9._-]", "");
        return name.isEmpty() ? "localhost" : name;
    }

    private static String fromKernel() {
        try {
            return Files.readString(KERNEL, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return ""; // not Linux
        }
    }
}
