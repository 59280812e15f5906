package org.halftune.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * The CUDA driver of this machine, looked at before JCuda touches it: JCuda without a driver is an
 * {@link UnsatisfiedLinkError} first and a {@link NoClassDefFoundError} ever after. What JCuda has no method for is found
 * here by name and called through {@code java.lang.foreign}.
 */
final class Driver {
    /** {@code cuFuncGetParamInfo(function, index, size_t* offset, size_t* size)}, since CUDA 12.4. */
    static final FunctionDescriptor CU_FUNC_GET_PARAM_INFO =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);

    /** CUDA 12.0: the oldest whose JCuda, PTX and cuBLAS this program uses. */
    private static final int OLDEST = 12000;

    private static final String LIBRARY = "libcuda.so.1";

    private final SymbolLookup symbols;
    private final int version;

    private Driver(SymbolLookup symbols, int version) {
        this.symbols = symbols;
        this.version = version;
    }

    /**
     * Finds and initializes the driver, then binds JCuda to it.
     *
     * @throws InputError where there is no driver, no device, or only an old driver
     */
    static Driver load() {
        if (!isLinux64()) {
            throw new InputError(
                    "no CUDA on this platform",
                    System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                    "the GPU backend runs on Linux on x86-64; use --device cpu");
        }
        SymbolLookup symbols;
        try {
            // For the life of the process: a driver cannot be unloaded.
            symbols = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new InputError(
                    "no CUDA driver: " + LIBRARY + " cannot be loaded",
                    "",
                    "install the NVIDIA driver, or give the container its GPU (docker run --gpus all);"
                            + " without a GPU use --device cpu");
        }
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(JAVA_INT);
            int code = (int) call(symbols, "cuDriverGetVersion", FunctionDescriptor.of(JAVA_INT, ADDRESS))
                    .invokeExact(out);
            int version = code == CUresult.CUDA_SUCCESS ? out.get(JAVA_INT, 0) : 0;
            if (version < OLDEST) {
                throw new InputError(
                        "the CUDA driver is too old: it knows CUDA " + versionName(version) + ", needed is "
                                + versionName(OLDEST),
                        LIBRARY,
                        "update the NVIDIA driver to 525.60 or newer");
            }
            code = (int) call(symbols, "cuInit", FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                    .invokeExact(0);
            if (code != CUresult.CUDA_SUCCESS) throw notInitialized(code);
            JCudaNatives.bindDriver();
            return new Driver(symbols, version);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + LIBRARY, e);
        }
    }

    private static InputError notInitialized(int code) {
        // By number: the name lies in a class of JCuda that is safe to load, the explanation in one that is not yet.
        var name = CUresult.stringFor(code) + " (" + code + ")";
        if (code == CUresult.CUDA_ERROR_NO_DEVICE) {
            return new InputError(
                    "the CUDA driver sees no device",
                    "cuInit: " + name,
                    "check nvidia-smi and CUDA_VISIBLE_DEVICES; a container must be given its GPU (docker run --gpus all)");
        }
        return new InputError(
                "the CUDA driver does not start",
                "cuInit: " + name,
                "check nvidia-smi; after an update of the driver the machine must be restarted");
    }

    private static MethodHandle call(SymbolLookup symbols, String name, FunctionDescriptor type) {
        var address = symbols.find(name)
                .orElseThrow(() -> new InputError(
                        "the CUDA driver lacks " + name, LIBRARY, "reinstall the NVIDIA driver: this is not one"));
        return Linker.nativeLinker().downcallHandle(address, type);
    }

    /** A function of the driver that JCuda or older drivers do not have; null if this driver has none of that name. */
    @Nullable
    MethodHandle find(String name, FunctionDescriptor type) {
        return symbols.find(name)
                .map(address -> Linker.nativeLinker().downcallHandle(address, type))
                .orElse(null);
    }

    /** The newest CUDA it knows: 12040 is 12.4. */
    int version() {
        return version;
    }

    /** How many devices it shows this process. */
    int deviceCount() {
        var count = new int[1];
        CudaFailure.check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
        return count[0];
    }

    /**
     * Device number {@code index}, however old it is.
     *
     * @throws InputError if there is none
     */
    Device device(int index) {
        int count = deviceCount();
        if (index < 0 || index >= count) {
            throw new InputError(
                    "no CUDA device " + index + ": there " + (count == 1 ? "is 1" : "are " + count),
                    "--device cuda:" + index,
                    count == 0
                            ? "check nvidia-smi and CUDA_VISIBLE_DEVICES"
                            : "devices count from 0: the last is cuda:" + (count - 1));
        }
        var handle = handle(index);
        var name = new byte[256];
        CudaFailure.check(JCudaDriver.cuDeviceGetName(name, name.length, handle), "cuDeviceGetName");
        var bytes = new long[1];
        CudaFailure.check(JCudaDriver.cuDeviceTotalMem(bytes, handle), "cuDeviceTotalMem");
        return new Device(
                index,
                MemorySegment.ofArray(name).getString(0),
                attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
                bytes[0],
                attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
                version);
    }

    static CUdevice handle(int index) {
        var handle = new CUdevice();
        CudaFailure.check(JCudaDriver.cuDeviceGet(handle, index), "cuDeviceGet of " + index);
        return handle;
    }

    private static int attribute(CUdevice device, int attribute) {
        var value = new int[1];
        CudaFailure.check(
                JCudaDriver.cuDeviceGetAttribute(value, attribute, device),
                "cuDeviceGetAttribute of " + CUdevice_attribute.stringFor(attribute));
        return value[0];
    }

    static String versionName(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    private static boolean isLinux64() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }
}
