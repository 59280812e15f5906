package org.halftune.backend.cuda.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.halftune.problem.InputError;

/** NVIDIA's compiler as a library, bound through {@code java.lang.foreign}. It needs neither a GPU nor a toolkit. */
final class Nvrtc {
    private static final int SUCCESS = 0;
    private static final int LINES_OF_LOG = 12;

    /** Every function but the one that explains a code: its arguments. All return a code. */
    private static final Map<String, FunctionDescriptor> FUNCTIONS = Map.ofEntries(
            function("nvrtcVersion", ADDRESS, ADDRESS),
            function("nvrtcGetNumSupportedArchs", ADDRESS),
            function("nvrtcGetSupportedArchs", ADDRESS),
            function("nvrtcCreateProgram", ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
            function("nvrtcCompileProgram", ADDRESS, JAVA_INT, ADDRESS),
            function("nvrtcDestroyProgram", ADDRESS),
            function("nvrtcGetProgramLogSize", ADDRESS, ADDRESS),
            function("nvrtcGetProgramLog", ADDRESS, ADDRESS),
            function("nvrtcGetPTXSize", ADDRESS, ADDRESS),
            function("nvrtcGetPTX", ADDRESS, ADDRESS),
            function("nvrtcGetCUBINSize", ADDRESS, ADDRESS),
            function("nvrtcGetCUBIN", ADDRESS, ADDRESS));

    private final Map<String, MethodHandle> functions = new HashMap<>();
    private final MethodHandle errorString;
    private final String library;

    /**
     * Binds a library that has been loaded.
     *
     * @param library how to name it to people: its path
     * @throws InputError if it is not NVRTC
     */
    Nvrtc(SymbolLookup symbols, String library) {
        this.library = library;
        FUNCTIONS.forEach((name, type) -> functions.put(name, bind(symbols, name, type)));
        errorString = bind(symbols, "nvrtcGetErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

    private static Map.Entry<String, FunctionDescriptor> function(String name, ValueLayout... arguments) {
        return Map.entry(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private MethodHandle bind(SymbolLookup symbols, String name, FunctionDescriptor type) {
        var address = symbols.find(name)
                .orElseThrow(
                        () -> new InputError("this NVRTC has no " + name, library, "use the one of CUDA 12 or newer"));
        return Linker.nativeLinker().downcallHandle(address, type);
    }

    String library() {
        return library;
    }

    /** The CUDA it belongs to: 12040 is 12.4. */
    int version() {
        try (var arena = Arena.ofConfined()) {
            var major = arena.allocate(JAVA_INT);
            var minor = arena.allocate(JAVA_INT);
            call("nvrtcVersion", major, minor);
            return major.get(JAVA_INT, 0) * 1000 + minor.get(JAVA_INT, 0) * 10;
        }
    }

    /** The architectures it can compile for. */
    NavigableSet<ComputeCapability> architectures() {
        try (var arena = Arena.ofConfined()) {
            var count = arena.allocate(JAVA_INT);
            call("nvrtcGetNumSupportedArchs", count);
            var numbers = arena.allocate(JAVA_INT, count.get(JAVA_INT, 0));
            call("nvrtcGetSupportedArchs", numbers);
            var all = new TreeSet<ComputeCapability>();
            for (int number : numbers.toArray(JAVA_INT)) all.add(ComputeCapability.ofArchitecture(number));
            return all;
        }
    }

    /** What a compilation gives: {@code CUBIN} for {@code sm_XX}, {@code PTX} for {@code compute_XX}. */
    enum Product {
        CUBIN,
        PTX
    }

    /**
     * Compiles one program.
     *
     * @param name of the source, for its messages
     * @param headers what the source may include, by name
     * @throws InputError with the first lines of the log if it cannot
     */
    byte[] compile(String name, String source, Map<String, String> headers, List<String> options, Product product) {
        try (var arena = Arena.ofConfined()) {
            var handle = arena.allocate(ADDRESS);
            call(
                    "nvrtcCreateProgram",
                    handle,
                    arena.allocateFrom(source),
                    arena.allocateFrom(name),
                    headers.size(),
                    strings(arena, headers.values()),
                    strings(arena, headers.keySet()));
            var program = handle.get(ADDRESS, 0);
            try {
                int code = invoke("nvrtcCompileProgram", program, options.size(), strings(arena, options));
                if (code != SUCCESS) {
                    throw new InputError(
                            "NVRTC cannot compile " + name + " (" + explain(code) + "):\n" + firstLines(log(program)),
                            library,
                            "options were " + String.join(" ", options));
                }
                return bytes("nvrtcGet" + product, program);
            } finally {
                call("nvrtcDestroyProgram", handle);
            }
        }
    }

    private String log(MemorySegment program) {
        var bytes = bytes("nvrtcGetProgramLog", program);
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) length--;
        return new String(Arrays.copyOf(bytes, length), UTF_8);
    }

    private static String firstLines(String log) {
        return String.join("\n", log.lines().limit(LINES_OF_LOG).toList());
    }

    /** What {@code getter} gives, of the size that {@code getter + "Size"} gives. */
    private byte[] bytes(String getter, MemorySegment program) {
        try (var arena = Arena.ofConfined()) {
            var size = arena.allocate(JAVA_LONG);
            call(getter + "Size", program, size);
            var bytes = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
            call(getter, program, bytes);
            return bytes.toArray(JAVA_BYTE);
        }
    }

    private static MemorySegment strings(Arena arena, Collection<String> texts) {
        var pointers = arena.allocate(ADDRESS, texts.size());
        int i = 0;
        for (var text : texts) pointers.setAtIndex(ADDRESS, i++, arena.allocateFrom(text));
        return pointers;
    }

    private void call(String function, Object... arguments) {
        int code = invoke(function, arguments);
        if (code != SUCCESS) {
            throw new InputError(function + " failed: " + explain(code), library, "reinstall NVRTC");
        }
    }

    private String explain(int code) {
        try {
            return ((MemorySegment) errorString.invokeExact(code))
                    .reinterpret(256)
                    .getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException("calling nvrtcGetErrorString", e);
        }
    }

    // A handful of calls a compilation of seconds: that arguments are boxed does not matter here.
    private int invoke(String function, Object... arguments) {
        var handle = functions.get(function);
        if (handle == null) throw new IllegalArgumentException(function);
        try {
            return (int) handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + function, e);
        }
    }
}
