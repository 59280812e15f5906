package org.halftune.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * Restores standard error. Java prints "WARNING: Using incubator modules: jdk.incubator.vector" when it starts, and no flag
 * prevents it. So the launcher starts Java with standard error redirected and the real one on another descriptor, whose number is
 * in {@code HALFTUNE_STDERR}.
 */
final class StandardError {
    private static final int STDERR = 2;

    private StandardError() {}

    static void restore(Map<String, String> environment) {
        var descriptor = environment.getOrDefault("HALFTUNE_STDERR", "");
        if (!descriptor.matches("[3-9]")) return;
        var linker = Linker.nativeLinker();
        var dup2 = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("dup2"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            var _ = (int) dup2.invokeExact(Integer.parseInt(descriptor), STDERR);
        } catch (Throwable e) {
            throw new IllegalStateException("standard error cannot be restored", e);
        }
    }
}
