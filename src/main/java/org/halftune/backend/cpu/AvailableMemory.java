package org.halftune.backend.cpu;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process may still take: what the machine can give, and a container's limit if there is one. */
final class AvailableMemory {
    private AvailableMemory() {}

    static long bytes() {
        return Math.min(machine(), container());
    }

    private static long machine() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        } catch (IOException e) { // not Linux
        }
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getFreeMemorySize();
    }

    /** Limit minus use of the control group (version 2) of this process. */
    private static long container() {
        try {
            var limit = Files.readString(Path.of("/sys/fs/cgroup/memory.max")).strip();
            if (limit.equals("max")) return Long.MAX_VALUE;
            var used =
                    Files.readString(Path.of("/sys/fs/cgroup/memory.current")).strip();
            return Math.max(0, Long.parseLong(limit) - Long.parseLong(used));
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
