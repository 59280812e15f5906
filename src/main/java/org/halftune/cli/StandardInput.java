package org.halftune.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines that a user types, or that a program sends.
 *
 * @param terminal whether a person types them
 */
record StandardInput(BufferedReader reader, boolean terminal) {
    private static final int STDIN = 0;

    /** The process's own, as UTF-8. */
    static StandardInput system() {
        return new StandardInput(
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), isTerminal(STDIN));
    }

    /** The next line; null at the end. */
    @Nullable
    String line() throws IOException {
        return reader.readLine();
    }

    /** {@code System.console()} would also ask for a terminal on standard output. */
    private static boolean isTerminal(int descriptor) {
        var linker = Linker.nativeLinker();
        var isatty = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("isatty"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            return (int) isatty.invokeExact(descriptor) == 1;
        } catch (Throwable e) {
            throw new IllegalStateException("isatty cannot be called", e);
        }
    }
}
