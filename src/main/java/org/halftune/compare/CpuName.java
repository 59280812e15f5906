package org.halftune.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of the CPU, if the system provides it. */
final class CpuName {
    private CpuName() {}

    static String name() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) { // not Linux
            return System.getProperty("os.arch");
        }
    }
}
