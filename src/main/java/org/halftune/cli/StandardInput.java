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
 * Lines of standard input.
 *
 * @param terminal whether the input is a terminal
 */
record StandardInput(BufferedReader reader, boolean terminal) {
    private static final int STDIN = 0;

    /** The process's standard input, as UTF-8. */
    static StandardInput system() {
        return new StandardInput(
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), isTerminal(STDIN));
    }

    /** The next line; null at the end of the input. */
    @Nullable
    String line() throws IOException {
        return reader.readLine();
    }

    /** {@code System.console()} would also require standard output to be a terminal. */
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
