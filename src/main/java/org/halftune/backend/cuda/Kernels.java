package org.halftune.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/** All compiled kernels, by name. Their modules are loaded once; a kernel is looked up when it is first asked for. */
final class Kernels implements AutoCloseable {
    private final CudaContext context;
    private final List<CUmodule> modules = new ArrayList<>();
    private final Map<String, Kernel> kernels = new HashMap<>();
    private final TreeSet<String> kinds = new TreeSet<>();
    private final Launch launch;
    private final @Nullable MethodHandle parameterInfo;

    /** Loads every image. */
    Kernels(CudaContext context, KernelImages images) {
        this.context = context;
        launch = new Launch(context);
        parameterInfo = context.driver().find("cuFuncGetParamInfo", Driver.CU_FUNC_GET_PARAM_INFO);
        var loading = images.imagesFor(context.device());
        try {
            for (var image : loading) load(image);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void load(KernelImages.Image image) {
        var module = new CUmodule();
        int code = JCudaDriver.cuModuleLoadData(module, image.code());
        if (code != CUresult.CUDA_SUCCESS) {
            throw CudaFailure.of(
                    code,
                    "cuModuleLoadData of " + image.name() + " (" + image.kind() + ") on "
                            + context.device().architecture());
        }
        modules.add(module);
        kinds.add(image.kind());
    }

    /** The kernel of this name. Throws {@link IllegalStateException} if no module has it. */
    Kernel get(String name) {
        var known = kernels.get(name);
        if (known != null) return known;
        context.attach();
        var function = new Raw.Function();
        for (var module : modules) {
            int code = JCudaDriver.cuModuleGetFunction(function, module, name);
            if (code == CUresult.CUDA_ERROR_NOT_FOUND) continue;
            CudaFailure.check(code, "cuModuleGetFunction of " + name);
            var kernel = new Kernel(name, function, parameterSizes(function), context.device(), launch);
            kernels.put(name, kernel);
            return kernel;
        }
        throw new IllegalStateException("no kernel " + name + " in " + modules.size() + " modules (" + source() + ")");
    }

    /** The form the kernels came in: {@code device code sm_90}. */
    String source() {
        return String.join(", ", kinds);
    }

    /** How often each kernel was launched, eagerly or into a recording, since the backend was opened. */
    SortedMap<String, Long> launches() {
        var counts = new TreeMap<String, Long>();
        kernels.forEach((name, kernel) -> counts.put(name, kernel.launches()));
        return counts;
    }

    /** The kernel that was launched last, for messages about failures that show only later. */
    String last() {
        return launch.last();
    }

    /** The bytes of each parameter as the compiled kernel has them; null where the driver cannot tell (before 12.4). */
    private byte @Nullable [] parameterSizes(Raw.Function function) {
        if (parameterInfo == null) return null;
        try (var arena = Arena.ofConfined()) {
            var offset = arena.allocate(ValueLayout.JAVA_LONG);
            var size = arena.allocate(ValueLayout.JAVA_LONG);
            var handle = MemorySegment.ofAddress(function.address());
            var sizes = new byte[Launch.MAX_PARAMETERS];
            int count = 0;
            while ((int) parameterInfo.invokeExact(handle, (long) count, offset, size) == CUresult.CUDA_SUCCESS) {
                sizes[count++] = (byte) size.get(ValueLayout.JAVA_LONG, 0);
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
        launch.close();
    }
}
