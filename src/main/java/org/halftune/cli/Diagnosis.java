package org.halftune.cli;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.console.Amounts;
import org.halftune.problem.InputError;

/** Checks the machine: Java, CPU, memory, native libraries, folders, GPU. */
final class Diagnosis {
    private static final int JAVA = 25;
    private static final long LITTLE_MEMORY = 1L << 30;

    private Diagnosis() {}

    static List<DoctorLine> all() {
        List<DoctorLine> findings = new ArrayList<>();
        findings.add(java());
        findings.add(DoctorLine.fine("CPU", processor()));
        findings.add(memory());
        findings.add(engine());
        findings.add(tokenizers());
        findings.add(writable("temporary folder", Path.of(System.getProperty("java.io.tmpdir"))));
        findings.add(writable("home folder", Path.of(System.getProperty("user.home"))));
        findings.addAll(GpuDiagnosis.all());
        return findings;
    }

    private static DoctorLine java() {
        var found =
                Runtime.version() + ", " + System.getProperty("java.vendor") + ", " + System.getProperty("java.home");
        if (Runtime.version().feature() == JAVA) return DoctorLine.fine("Java", found);
        return DoctorLine.blocking("Java", found, "install JDK " + JAVA + " and set HALFTUNE_JAVA_HOME to its folder");
    }

    private static String processor() {
        var cores = Runtime.getRuntime().availableProcessors();
        return System.getProperty("os.arch") + ", " + Amounts.counted(cores, "core") + " available, "
                + System.getProperty("os.name");
    }

    private static DoctorLine memory() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var total = system.getTotalMemorySize(); // respects a container's limit
        var found = Amounts.bytes(total) + " total, " + Amounts.bytes(system.getFreeMemorySize())
                + " free; Java heap up to "
                + Amounts.bytes(Runtime.getRuntime().maxMemory()) + " (models are stored outside the heap)";
        return total >= LITTLE_MEMORY
                ? DoctorLine.fine("memory", found)
                : DoctorLine.blocking("memory", found, "give this machine or container at least 1 GiB");
    }

    private static DoctorLine engine() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return DoctorLine.blocking(
                    "CPU engine",
                    "the Vector API is disabled",
                    "start the program with ./halftune, or run java with --add-modules jdk.incubator.vector");
        }
        try (var backend = CpuBackend.open(0)) {
            return DoctorLine.fine("CPU engine", backend.description());
        } catch (InputError e) {
            return DoctorLine.blocking("CPU engine", e.what() + ", " + e.where(), e.fix());
        }
    }

    private static DoctorLine tokenizers() {
        // Otherwise the library would download its CUDA version.
        if (System.getenv("RUST_FLAVOR") == null) System.setProperty("RUST_FLAVOR", "cpu");
        try {
            LibUtils.checkStatus();
            return DoctorLine.fine("tokenizers", "native library loaded");
        } catch (RuntimeException | LinkageError e) {
            var cause = e.getCause() == null ? e : e.getCause();
            return DoctorLine.blocking(
                    "tokenizers",
                    "native library cannot be loaded: " + cause.getMessage(),
                    "set DJL_CACHE_DIR to a writable folder on a file system that allows execution");
        }
    }

    private static DoctorLine writable(String subject, Path folder) {
        try {
            Files.delete(Files.createTempFile(folder, "halftune", ".tmp"));
            var room = Files.getFileStore(folder).getUsableSpace();
            return DoctorLine.fine(subject, folder + ", " + Amounts.bytes(room) + " free");
        } catch (IOException e) {
            return DoctorLine.blocking(
                    subject,
                    folder + " is not writable: " + e,
                    subject.startsWith("home")
                            ? "set HALFTUNE_CACHE and DJL_CACHE_DIR to writable folders"
                            : "set HALFTUNE_JAVA_OPTS=-Djava.io.tmpdir=FOLDER to a writable folder");
        }
    }
}
