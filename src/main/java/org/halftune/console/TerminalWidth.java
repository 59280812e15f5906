package org.halftune.console;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.function.IntSupplier;

/** The current number of columns of the terminal on standard error, which may be resized during a run. */
final class TerminalWidth implements IntSupplier {
    private static final int STDERR = 2;
    /** {@code struct winsize}: rows, columns, and two sizes in pixels, 16 bits each. */
    private static final int BYTES = 8;

    private static final int COLUMNS = 2;

    private final MethodHandle ioctl;
    private final long request;
    private final int atStart;

    /** @param atStart used if the system does not report a width */
    TerminalWidth(int atStart) {
        this.atStart = atStart;
        boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
        request = mac ? 0x40087468L : 0x5413L; // TIOCGWINSZ
        var linker = Linker.nativeLinker();
        ioctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
    }

    @Override
    public int getAsInt() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(BYTES, 2);
            int failed = (int) ioctl.invokeExact(STDERR, request, size);
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS));
            return failed == 0 && columns > 0 ? columns : atStart;
        } catch (Throwable e) {
            throw new IllegalStateException("ioctl cannot be called", e);
        }
    }
}
