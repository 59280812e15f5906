package org.halftune.cudaoncpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settings, counters and planted faults of the emulated driver: {@code tests/cuda-on-cpu/driver/control.h} in Java.
 *
 * <p>For tests marked {@link OnCudaOnCpu}; it is the library that JCuda has loaded, or will load.
 */
public final class CudaOnCpu {

    /** Where the libraries are built. */
    public static final Path FOLDER = Path.of("target/cuda-on-cpu").toAbsolutePath();

    private static final @Nullable SymbolLookup LIBRARY = find();

    private CudaOnCpu() {}

    private static @Nullable SymbolLookup find() {
        if (CudaCondition.driverIsReal()) return null;
        try {
            var driver = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
            return driver.find("cudaOnCpuSet").isPresent() ? driver : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether the driver that this Java VM finds is the emulated one. */
    static boolean isLoadable() {
        return LIBRARY != null;
    }

    private static MemorySegment function(String name) {
        if (LIBRARY == null) throw new IllegalStateException("the driver of this Java VM is not the emulated one");
        return LIBRARY.findOrThrow(name);
    }

    /** Resets settings to their defaults (or the environment's), and counters to zero. */
    public static void reset() {
        set("order", "forward");
        set("seed", "1");
        set("copies", "late");
        set("streams", "eager");
        set("memory", "8g");
        set("others", "0");
        set("devices", "1");
        set("taken", "");
        fail("");
        resetCounters();
    }

    /** Changes a setting: "order" to "reverse", "streams" to "late" and so on, as in README.md of the emulation. */
    public static void set(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) call("cudaOnCpuSet", JAVA_INT, ADDRESS, ADDRESS)
                    .invoke(arena.allocateFrom(name), arena.allocateFrom(value));
            if (result != 0) throw new IllegalArgumentException("no setting " + name + " = " + value);
        } catch (Throwable e) {
            throw wrapped(e);
        }
    }

    /** How often something was done since the counters were reset: "launches", "launches:add", "bytes:HtoD" and so on. */
    public static long count(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) call("cudaOnCpuCount", JAVA_LONG, ADDRESS).invoke(arena.allocateFrom(name));
        } catch (Throwable e) {
            throw wrapped(e);
        }
    }

    /** All counters that are not zero. */
    public static Map<String, Long> counters() {
        Map<String, Long> result = new TreeMap<>();
        text("cudaOnCpuCounters").lines().forEach(line -> {
            String[] parts = line.split("\t", 2);
            result.put(parts[0], Long.valueOf(parts[1]));
        });
        return result;
    }

    public static void resetCounters() {
        try {
            Linker.nativeLinker()
                    .downcallHandle(function("cudaOnCpuResetCounters"), FunctionDescriptor.ofVoid())
                    .invoke();
        } catch (Throwable e) {
            throw wrapped(e);
        }
    }

    /** The names of all kernels of the product that were compiled in; there are also those of {@code tests/gpu/wrappers.cu}. */
    public static List<String> kernels() {
        return text("cudaOnCpuKernels")
                .lines()
                .filter(name -> !name.startsWith("wrapper_"))
                .toList();
    }

    /** Why the driver's last failed call failed. */
    public static String lastError() {
        return text("cudaOnCpuLastError");
    }

    /** Makes a call of a function fail, once: the {@code call}-th from now on (from 1), with a CUresult or cublasStatus. */
    public static void failCall(String function, long call, int code) {
        fail(function + ":" + call + ":" + code);
    }

    /**
     * Adds planted faults: {@code function:call:code}, where {@code *} is every function, {@code 3+} the third call and all that
     * follow, {@code 719!} a code that loses the device. The empty string removes all.
     */
    public static void fail(String faults) {
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) call("cudaOnCpuFail", JAVA_INT, ADDRESS).invoke(arena.allocateFrom(faults));
            if (result != 0) throw new IllegalArgumentException("not a planted fault: " + faults);
        } catch (Throwable e) {
            throw wrapped(e);
        }
    }

    /** Ends the first device's context, for tests in which its release has failed. */
    public static void endContext() {
        try {
            int _ = (int) call("cuDevicePrimaryCtxReset_v2", JAVA_INT, JAVA_INT).invoke(0);
        } catch (Throwable e) {
            throw wrapped(e);
        }
    }

    private static String text(String function) {
        try {
            MemorySegment text = (MemorySegment) call(function, ADDRESS).invoke();
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw wrapped(e);
        }
    }

    private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(function(name), FunctionDescriptor.of(result, parameters));
    }

    private static RuntimeException wrapped(Throwable e) {
        return e instanceof RuntimeException r ? r : new IllegalStateException(e);
    }
}
