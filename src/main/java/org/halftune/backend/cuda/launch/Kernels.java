package org.halftune.backend.cuda.launch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.cuda.driver.CudaContext;
import org.halftune.backend.cuda.driver.CudaFailure;
import org.halftune.backend.cuda.driver.Driver;
import org.halftune.backend.cuda.driver.Raw;
import org.halftune.backend.cuda.image.KernelImages;
import org.jspecify.annotations.Nullable;

/** All compiled kernels, by name. Their modules are loaded once; a kernel is looked up when it is first asked for. */
public final class Kernels implements AutoCloseable {
    /** Codes for an image that this device or driver cannot run; another form may work. */
    private static final Set<Integer> REFUSALS = Set.of(
            CUresult.CUDA_ERROR_INVALID_IMAGE,
            CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
            CUresult.CUDA_ERROR_INVALID_PTX,
            CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
            CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND,
            CUresult.CUDA_ERROR_JIT_COMPILATION_DISABLED);

    private final CudaContext context;
    private final List<CUmodule> modules = new ArrayList<>();
    private final Map<String, Kernel> kernels = new HashMap<>();
    private final TreeSet<String> kinds = new TreeSet<>();
    private final @Nullable MethodHandle parameterInfo;

    /** Loads every image. */
    public Kernels(CudaContext context, KernelImages images) {
        this.context = context;
        parameterInfo = context.driver().find("cuFuncGetParamInfo", Driver.CU_FUNC_GET_PARAM_INFO);
        var loading = images.imagesFor(context.device());
        try {
            for (var image : loading) load(images, image);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void load(KernelImages images, KernelImages.Image first) {
        for (var image = first; ; ) {
            var module = new CUmodule();
            int code = JCudaDriver.cuModuleLoadData(module, image.code());
            if (code == CUresult.CUDA_SUCCESS) {
                modules.add(module);
                kinds.add(image.kind());
                return;
            }
            var call = "cuModuleLoadData of " + image.name() + " (" + image.kind() + ") on "
                    + context.device().architecture();
            if (!REFUSALS.contains(code)) throw context.failure(code, call);
            image = images.instead(image, context.device(), CudaFailure.describe(code))
                    .orElseThrow(() -> context.failure(code, call));
        }
    }

    /** The kernel of this name. Throws {@link IllegalStateException} if no module has it. */
    public Kernel get(String name) {
        var known = kernels.get(name);
        if (known != null) return known;
        context.attach();
        var function = new Raw.Function();
        for (var module : modules) {
            int code = JCudaDriver.cuModuleGetFunction(function, module, name);
            if (code == CUresult.CUDA_ERROR_NOT_FOUND) continue;
            context.check(code, "cuModuleGetFunction of " + name);
            var kernel = new Kernel(name, function, parameterSizes(name, function), context);
            kernels.put(name, kernel);
            return kernel;
        }
        throw new IllegalStateException("no kernel " + name + " in " + modules.size() + " modules (" + source() + ")");
    }

    /** The form the kernels came in: {@code device code sm_90}. */
    public String source() {
        return String.join(", ", kinds);
    }

    /** How often each kernel was launched, one by one or into a graph, since the backend was opened. */
    public SortedMap<String, Long> launches() {
        var counts = new TreeMap<String, Long>();
        kernels.forEach((name, kernel) -> counts.put(name, kernel.launches()));
        return counts;
    }

    /** The bytes of each parameter as the compiled kernel has them; null where the driver cannot tell (before 12.4). */
    private byte @Nullable [] parameterSizes(String name, Raw.Function function) {
        if (parameterInfo == null) return null;
        try (var arena = Arena.ofConfined()) {
            var offset = arena.allocate(ValueLayout.JAVA_LONG);
            var size = arena.allocate(ValueLayout.JAVA_LONG);
            var handle = MemorySegment.ofAddress(function.address());
            var sizes = new byte[Launch.MAX_PARAMETERS];
            int count = 0;
            int code;
            while ((code = (int) parameterInfo.invokeExact(handle, (long) count, offset, size))
                    == CUresult.CUDA_SUCCESS) {
                sizes[count++] = (byte) size.get(ValueLayout.JAVA_LONG, 0);
            }
            if (code != CUresult.CUDA_ERROR_INVALID_VALUE) { // there is no parameter of that number
                context.check(code, "cuFuncGetParamInfo of parameter " + count + " of " + name);
            }
            return Arrays.copyOf(sizes, count);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cuFuncGetParamInfo", e);
        }
    }

    @Override
    public void close() {
        context.attach();
        for (var module : modules) JCudaDriver.cuModuleUnload(module);
        modules.clear();
        kernels.clear();
    }
}
