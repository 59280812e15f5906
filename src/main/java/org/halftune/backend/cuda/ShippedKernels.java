package org.halftune.backend.cuda;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.halftune.natives.CacheFolder;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * The kernels in the jar, for a device: of each module the first that is there, was made of the sources in the jar, and
 * runs on the device with its driver.
 *
 * <ol>
 *   <li>Device code of the device's generation, not newer than the device, by a compiler of no newer major CUDA than
 *       the driver's (what a major version of CUDA compiles, each driver of that version loads).
 *   <li>PTX, if the driver knows its version of the language.
 *   <li>NVRTC, which compiles the sources here and now, and keeps the result.
 * </ol>
 *
 * <p>{@code HALFTUNE_KERNELS} allows one form alone. A module that comes in none of the forms is an error that says why
 * not, form by form.
 */
final class ShippedKernels implements KernelImages {
    /** What the build makes device code for (src/main/cuda/compile), newest first. */
    private static final List<ComputeCapability> BUILT =
            List.of(new ComputeCapability(9, 0), new ComputeCapability(8, 0));

    private final KernelFiles files;
    private final KernelSources sources;
    private final Set<KernelForm> allowed;
    private final NvrtcSearch search;
    private final Path cache;
    private final Consumer<String> notice;
    private final Map<String, ImageFolder> folders = new HashMap<>();

    /** For tests: other files, forms, libraries and cache. */
    ShippedKernels(
            KernelFiles files, Set<KernelForm> allowed, NvrtcSearch search, Path cache, Consumer<String> notice) {
        this.files = files;
        this.sources = KernelSources.read(files);
        this.allowed = allowed;
        this.search = search;
        this.cache = cache;
        this.notice = notice;
    }

    /**
     * Those in the jar.
     *
     * @param notice told what takes long: each compilation, before it begins
     */
    static ShippedKernels inJar(Consumer<String> notice) {
        var environment = System.getenv();
        return new ShippedKernels(
                KernelFiles.inJar(),
                KernelForm.allowed(environment.get(KernelForm.VARIABLE)),
                new NvrtcSearch(environment, CudaFolders.ofThisMachine()),
                CacheFolder.path().resolve("kernels"),
                notice);
    }

    @Override
    public List<Image> imagesFor(Device device) {
        return forDevice(new ComputeCapability(device.major(), device.minor()), device.driverVersion());
    }

    /**
     * One image a module, in the order of their names.
     *
     * @param driver the CUDA of the driver: 12040 is 12.4
     */
    List<Image> forDevice(ComputeCapability device, int driver) {
        if (device.compareTo(ComputeCapability.LEAST) < 0) {
            throw new InputError(
                    "the GPU has compute capability " + device + ", the kernels need " + ComputeCapability.LEAST,
                    "",
                    "use an A100, an RTX 30, or newer; or --device cpu");
        }
        var compiler = new RuntimeCompiler(
                sources, device, driver, () -> search.find(driver), new CompiledImages(cache, notice), notice);
        var images = new ArrayList<Image>();
        for (var module : sources.modules()) {
            var reasons = new ArrayList<String>();
            var image = deviceCode(module, device, driver, reasons);
            if (image == null) image = ptx(module, driver, reasons);
            images.add(image != null ? image : compiled(module, compiler, device, reasons));
        }
        return images;
    }

    private @Nullable Image deviceCode(String module, ComputeCapability device, int driver, List<String> reasons) {
        if (!allowed.contains(KernelForm.DEVICE_CODE)) return null;
        var runs = BUILT.stream().filter(device::runs).findFirst();
        if (runs.isEmpty()) {
            reasons.add("device code: none is made for compute capability " + device);
            return null;
        }
        var folder = folder(runs.get().real());
        var found = folder.find(module + ".cubin", sources.digest(module));
        if (found == null) {
            reasons.add("device code: " + folder.absence(module + ".cubin"));
            return null;
        }
        if (major(found.compiler()) > driver / 1000) {
            reasons.add("device code: made by CUDA " + found.compiler() + ", the driver knows "
                    + Driver.versionName(driver));
            return null;
        }
        return new Image(module, "device code " + runs.get().real(), found.code());
    }

    private @Nullable Image ptx(String module, int driver, List<String> reasons) {
        if (!allowed.contains(KernelForm.PTX)) return null;
        var folder = folder("ptx");
        var found = folder.find(module + ".ptx", sources.digest(module));
        if (found == null) {
            reasons.add("PTX: " + folder.absence(module + ".ptx"));
            return null;
        }
        int needed = PtxVersion.oldestDriver(found.code());
        if (needed > driver) {
            reasons.add("PTX: needs a driver of CUDA " + Driver.versionName(needed) + ", this one knows "
                    + Driver.versionName(driver));
            return null;
        }
        // The driver reads PTX up to a zero.
        return new Image(
                module,
                "PTX " + ComputeCapability.LEAST.virtual(),
                Arrays.copyOf(found.code(), found.code().length + 1));
    }

    private Image compiled(String module, RuntimeCompiler compiler, ComputeCapability device, List<String> reasons) {
        var fix = "build where nvcc is, after src/main/cuda/compile";
        if (allowed.contains(KernelForm.NVRTC)) {
            try {
                return compiler.compile(module);
            } catch (InputError e) {
                reasons.add("NVRTC: " + e.what() + (e.where().isEmpty() ? "" : " (" + e.where() + ")"));
                fix = e.fix();
            }
        }
        throw new InputError(
                "no form of the kernels in " + module + ".cu runs on compute capability " + device + ":\n    "
                        + String.join("\n    ", reasons),
                allowed.size() == KernelForm.values().length ? "" : KernelForm.VARIABLE + " allows one form alone",
                fix);
    }

    private ImageFolder folder(String name) {
        return folders.computeIfAbsent(name, n -> new ImageFolder(files, n));
    }

    /** For people: {@code device code sm_90}, with exceptions {@code PTX compute_80; rope: NVRTC 12.4 sm_86}. */
    static String describe(List<Image> images) {
        var modules = images.stream()
                .collect(Collectors.groupingBy(
                        Image::kind, LinkedHashMap::new, Collectors.mapping(Image::name, Collectors.toList())));
        var most = modules.entrySet().stream()
                .max(Map.Entry.comparingByValue((a, b) -> Integer.compare(a.size(), b.size())))
                .map(Map.Entry::getKey)
                .orElse("none");
        var line = new StringBuilder(most);
        modules.forEach((kind, names) -> {
            if (!kind.equals(most))
                line.append("; ").append(String.join(", ", names)).append(": ").append(kind);
        });
        return line.toString();
    }

    private static int major(String release) {
        return Integer.parseInt(release.substring(0, release.indexOf('.')));
    }
}
