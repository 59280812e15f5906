package org.halftune.backend.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
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
public final class Driver {
    /** {@code cuFuncGetParamInfo(function, index, size_t* offset, size_t* size)}, since CUDA 12.4. */
    public static final FunctionDescriptor CU_FUNC_GET_PARAM_INFO =
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
    public static Driver load() {
        if (!isLinux64()) {
            throw new InputError(
                    "no CUDA on this platform",
                    System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                    "the GPU backend runs on Linux on x86-64; use --device cpu");
        }
        var symbols = CudaLibraries.open(LIBRARY).orElseThrow(Driver::absent);
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(JAVA_INT);
            int code = (int) call(symbols, "cuDriverGetVersion", FunctionDescriptor.of(JAVA_INT, ADDRESS))
                    .invokeExact(out);
            if (code != CUresult.CUDA_SUCCESS) throw notInitialized("cuDriverGetVersion", code);
            int version = out.get(JAVA_INT, 0);
            if (version < OLDEST) {
                throw new InputError(
                        "the CUDA driver is too old: it supports CUDA " + versionName(version) + ", needed is "
                                + versionName(OLDEST),
                        LIBRARY,
                        "update the NVIDIA driver to 525.60 or newer");
            }
            code = (int) call(symbols, "cuInit", FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                    .invokeExact(0);
            if (code != CUresult.CUDA_SUCCESS) throw notInitialized("cuInit", code);
            JCudaNatives.bindDriver();
            return new Driver(symbols, version);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + LIBRARY, e);
        }
    }

    /** There is no such library, or there is one that is damaged or needs what is not there. */
    private static InputError absent() {
        return CudaLibraries.whyNot(LIBRARY)
                .map(reason -> new InputError(
                        "the CUDA driver cannot be loaded: " + reason.message(),
                        reason.file().toString(),
                        "reinstall the NVIDIA driver; without a GPU use --device cpu"))
                .orElseGet(() -> new InputError(
                        "no CUDA driver: " + LIBRARY + " is not there",
                        "",
                        "install the NVIDIA driver, or give the container its GPU (docker run --gpus all);"
                                + " without a GPU use --device cpu"));
    }

    /** What the codes of {@code cuInit} ask for (CUDA Driver API, {@code CUresult}). */
    private static InputError notInitialized(String call, int code) {
        // By number: the name lies in a class of JCuda that is safe to load, the explanation in one that is not yet.
        var where = call + ": " + CudaFailure.name(code);
        var hidden = System.getenv("CUDA_VISIBLE_DEVICES");
        return switch (code) {
            case CUresult.CUDA_ERROR_NO_DEVICE ->
                new InputError(
                        "the CUDA driver sees no device"
                                + (hidden == null ? "" : ", CUDA_VISIBLE_DEVICES is \"" + hidden + "\""),
                        where,
                        "check nvidia-smi and CUDA_VISIBLE_DEVICES; a container must be given its GPU (docker run --gpus all)");
            case CUresult.CUDA_ERROR_INVALID_DEVICE ->
                new InputError(
                        "CUDA_VISIBLE_DEVICES names a device that the CUDA driver does not have"
                                + (hidden == null ? "" : ", CUDA_VISIBLE_DEVICES is \"" + hidden + "\""),
                        where,
                        "set CUDA_VISIBLE_DEVICES to numbers of nvidia-smi -L, or leave it out");
            case CUresult.CUDA_ERROR_STUB_LIBRARY ->
                new InputError(
                        "the toolkit's stub of the CUDA driver was loaded instead of a driver",
                        where,
                        "take the toolkit's folder stubs out of LD_LIBRARY_PATH; the driver itself brings " + LIBRARY);
            case CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH ->
                new InputError(
                        "the CUDA driver's library and its kernel module are of different versions",
                        where,
                        "restart the machine: the driver was updated while it ran; in a container, update the machine's driver");
            case CUresult.CUDA_ERROR_SYSTEM_NOT_READY ->
                new InputError(
                        "the GPUs of this machine are not ready",
                        where,
                        "start NVIDIA's services: systemctl start nvidia-fabricmanager (NVSwitch machines), nvidia-persistenced");
            case CUresult.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE ->
                new InputError(
                        "CUDA's compatibility package does not support this GPU",
                        where,
                        "take the package's folder compat out of LD_LIBRARY_PATH, or update the NVIDIA driver");
            case CUresult.CUDA_ERROR_OPERATING_SYSTEM ->
                new InputError(
                        "the CUDA driver is refused by the system",
                        where,
                        "check that /dev/nvidia* are there and may be read and written (group video, or the container's rights)");
            case CUresult.CUDA_ERROR_OUT_OF_MEMORY ->
                new InputError(
                        "the CUDA driver gets no memory to start",
                        where,
                        "end other programs, or lift a limit on memory (ulimit -v)");
            default ->
                new InputError(
                        "the CUDA driver does not start",
                        where,
                        "check nvidia-smi; load the module with modprobe nvidia-uvm (as root), or restart the machine,"
                                + " which is needed after an update of the driver");
        };
    }

    private static MethodHandle call(SymbolLookup symbols, String name, FunctionDescriptor type) {
        var address = symbols.find(name)
                .orElseThrow(() -> new InputError(
                        "the CUDA driver lacks " + name,
                        LIBRARY,
                        "reinstall the NVIDIA driver: this library is not a CUDA driver"));
        return Linker.nativeLinker().downcallHandle(address, type);
    }

    /** A function of the driver that JCuda or older drivers do not have; null if this driver has none of that name. */
    @Nullable
    public MethodHandle find(String name, FunctionDescriptor type) {
        return symbols.find(name)
                .map(address -> Linker.nativeLinker().downcallHandle(address, type))
                .orElse(null);
    }

    /** NVIDIA's number of the driver, {@code 550.54.15}, if the system shows it. */
    public static Optional<String> release() {
        try {
            var text = Files.readString(Path.of("/proc/driver/nvidia/version"));
            var number = Pattern.compile("\\b\\d{3}\\.\\d+(\\.\\d+)?\\b").matcher(text);
            return number.find() ? Optional.of(number.group()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The newest CUDA it supports: 12040 is 12.4. */
    public int version() {
        return version;
    }

    /** How many devices it shows this process. */
    public int deviceCount() {
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
            var hidden = System.getenv("CUDA_VISIBLE_DEVICES");
            throw new InputError(
                    "no CUDA device " + index + ": there " + (count == 1 ? "is 1" : "are " + count),
                    "--device cuda:" + index,
                    (count == 0
                                    ? "check nvidia-smi and CUDA_VISIBLE_DEVICES"
                                    : "devices count from 0: the last is cuda:" + (count - 1))
                            + (hidden == null || count == 0
                                    ? ""
                                    : "; CUDA_VISIBLE_DEVICES=" + hidden + " may hide others"));
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

    /** A property of a device; 0 if the driver does not tell. For messages: it never throws. */
    static int attribute(int index, int attribute) {
        var device = new CUdevice();
        var value = new int[1];
        boolean told = JCudaDriver.cuDeviceGet(device, index) == CUresult.CUDA_SUCCESS
                && JCudaDriver.cuDeviceGetAttribute(value, attribute, device) == CUresult.CUDA_SUCCESS;
        return told ? value[0] : 0;
    }

    private static int attribute(CUdevice device, int attribute) {
        var value = new int[1];
        CudaFailure.check(
                JCudaDriver.cuDeviceGetAttribute(value, attribute, device),
                "cuDeviceGetAttribute of " + CUdevice_attribute.stringFor(attribute));
        return value[0];
    }

    public static String versionName(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    private static boolean isLinux64() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }
}
