package org.halftune.backend.cuda.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.halftune.backend.cuda.driver.CudaFolders;
import org.halftune.backend.cuda.driver.Device;
import org.halftune.backend.cuda.driver.Driver;
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
 *   <li>PTX, if the driver supports its version of the language.
 *   <li>NVRTC, which compiles the sources here and now, and keeps the result.
 * </ol>
 *
 * <p>A form that the driver refuses to load, although it should run, gives way to the next one, with a notice: a
 * wrong guess here must not stop a training. {@code HALFTUNE_KERNELS} allows only one form. A module that is in none of the forms is
 * an error that gives the reason for each form.
 */
public final class ShippedKernels implements KernelImages {
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

    /** The form in which each module was last returned. */
    private final Map<String, KernelForm> given = new HashMap<>();

    private final Set<String> noticed = new HashSet<>();

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
     * @param notice receives a line before each compilation
     */
    public static ShippedKernels inJar(Consumer<String> notice) {
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
        var images = new ArrayList<Image>();
        var compiler = compiler(device, driver);
        for (var module : sources.modules())
            images.add(image(module, allowed, compiler, device, driver, new ArrayList<>()));
        return images;
    }

    @Override
    public Optional<Image> instead(Image refused, Device on, String why) {
        var module = refused.name();
        var form = Objects.requireNonNull(given.get(module), module);
        var rest = EnumSet.noneOf(KernelForm.class);
        for (var next : allowed) if (next.compareTo(form) > 0) rest.add(next);
        if (rest.isEmpty()) return Optional.empty();
        var device = new ComputeCapability(on.major(), on.minor());
        var reasons = new ArrayList<>(List.of(refused.kind() + ": " + on.name() + " refuses it, " + why));
        var image = image(module, rest, compiler(device, on.driverVersion()), device, on.driverVersion(), reasons);
        var line = "the driver refuses kernels as " + refused.kind() + " (" + why + "): taking " + image.kind();
        if (noticed.add(line)) notice.accept(line);
        return Optional.of(image);
    }

    private RuntimeCompiler compiler(ComputeCapability device, int driver) {
        return new RuntimeCompiler(
                sources, device, driver, () -> search.find(driver), new CompiledImages(cache, notice), notice);
    }

    /** The first of these forms of a module that runs on the device. */
    private Image image(
            String module,
            Set<KernelForm> forms,
            RuntimeCompiler compiler,
            ComputeCapability device,
            int driver,
            List<String> reasons) {
        var image = forms.contains(KernelForm.DEVICE_CODE) ? deviceCode(module, device, driver, reasons) : null;
        given.put(module, KernelForm.DEVICE_CODE);
        if (image != null) return image;
        given.put(module, KernelForm.PTX);
        image = forms.contains(KernelForm.PTX) ? ptx(module, driver, reasons) : null;
        if (image != null) return image;
        given.put(module, KernelForm.NVRTC);
        return compiled(module, compiler, device, forms, reasons);
    }

    private @Nullable Image deviceCode(String module, ComputeCapability device, int driver, List<String> reasons) {
        var runs = BUILT.stream().filter(device::runs).findFirst();
        if (runs.isEmpty()) {
            reasons.add("device code: not made for compute capability " + device);
            return null;
        }
        var folder = folder(runs.get().real());
        var found = folder.find(module + ".cubin", sources.digest(module));
        if (found == null) {
            reasons.add("device code: " + folder.absence(module + ".cubin"));
            return null;
        }
        if (major(found.compiler()) > driver / 1000) {
            reasons.add("device code: made by CUDA " + found.compiler() + ", the driver supports "
                    + Driver.versionName(driver));
            return null;
        }
        return new Image(module, "device code " + runs.get().real(), found.code());
    }

    private @Nullable Image ptx(String module, int driver, List<String> reasons) {
        var folder = folder("ptx");
        var found = folder.find(module + ".ptx", sources.digest(module));
        if (found == null) {
            reasons.add("PTX: " + folder.absence(module + ".ptx"));
            return null;
        }
        int needed = PtxVersion.oldestDriver(found.code());
        if (needed > driver) {
            reasons.add("PTX: needs a driver of CUDA " + Driver.versionName(needed) + ", this one supports "
                    + Driver.versionName(driver));
            return null;
        }
        // The driver reads PTX up to a zero.
        return new Image(
                module,
                "PTX " + ComputeCapability.LEAST.virtual(),
                Arrays.copyOf(found.code(), found.code().length + 1));
    }

    private Image compiled(
            String module,
            RuntimeCompiler compiler,
            ComputeCapability device,
            Set<KernelForm> forms,
            List<String> reasons) {
        var fix = "build where nvcc is, after src/main/cuda/compile";
        if (forms.contains(KernelForm.NVRTC)) {
            try {
                return compiler.compile(module);
            } catch (InputError e) {
                reasons.add("NVRTC: " + e.what() + (e.where().isEmpty() ? "" : " (" + e.where() + ")"));
                fix = e.fix();
            }
        }
        throw new InputError(
                "the kernels in " + module + ".cu have no form that runs on compute capability " + device + ":\n    "
                        + String.join("\n    ", reasons),
                allowed.size() == KernelForm.values().length ? "" : KernelForm.VARIABLE + " allows only one form",
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
