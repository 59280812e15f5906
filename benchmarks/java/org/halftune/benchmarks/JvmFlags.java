package org.halftune.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Vector API is an incubator module, which {@code java -jar} alone does not load: the program then starts itself again. */
final class JvmFlags {
    private JvmFlags() {}

    static boolean areMissing() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty();
    }

    /** Runs {@code main} in a Java VM with the flags, on the same streams. Returns its exit code. */
    static int runAgain(Class<?> main, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(TrainingStepBenchmark.JVM_FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
