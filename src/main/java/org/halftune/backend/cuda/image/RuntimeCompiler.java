package org.halftune.backend.cuda.image;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.halftune.backend.cuda.driver.Driver;
import org.halftune.backend.cuda.image.Nvrtc.Product;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Compiles kernels on this machine, with NVRTC: device code where NVRTC supports the device, else PTX of the newest
 * architecture that both support. What is compiled is kept ({@link CompiledImages}).
 */
final class RuntimeCompiler {
    private final KernelSources sources;
    private final ComputeCapability device;
    private final int driver;
    private final Supplier<Nvrtc> search;
    private final CompiledImages kept;
    private final Consumer<String> notice;
    private @Nullable Target target;

    /** How to compile for this device with the NVRTC that was found. */
    private record Target(Nvrtc nvrtc, int version, Product product, String architecture) {}

    RuntimeCompiler(
            KernelSources sources,
            ComputeCapability device,
            int driver,
            Supplier<Nvrtc> search,
            CompiledImages kept,
            Consumer<String> notice) {
        this.sources = sources;
        this.device = device;
        this.driver = driver;
        this.search = search;
        this.kept = kept;
        this.notice = notice;
    }

    /** The image of a module. Throws {@link InputError} if there is no NVRTC, or it cannot compile this. */
    KernelImages.Image compile(String module) {
        var to = target();
        var release = Driver.versionName(to.version);
        var file = module + "-" + sources.digest(module) + "-" + to.architecture + "-nvrtc-" + release;
        var code = kept.find(file);
        if (code == null) {
            notice.accept("compiling " + module + ".cu for " + to.architecture + " with NVRTC " + release);
            code = to.nvrtc.compile(
                    module + ".cu",
                    sources.text(module),
                    sources.headers(),
                    List.of("--gpu-architecture=" + to.architecture, "--std=c++17"),
                    to.product);
            kept.keep(file, code);
        }
        return new KernelImages.Image(module, "NVRTC " + release + " " + to.architecture, code);
    }

    private Target target() {
        if (target == null) target = choose(search.get());
        return target;
    }

    private Target choose(Nvrtc nvrtc) {
        int version = nvrtc.version();
        var known = nvrtc.architectures();
        if (known.contains(device)) return new Target(nvrtc, version, Product.CUBIN, device.real());
        var older = known.floor(device);
        if (older == null || older.compareTo(ComputeCapability.LEAST) < 0 || version > driver) {
            throw new InputError(
                    "NVRTC " + Driver.versionName(version) + " does not support compute capability " + device
                            + (version > driver ? ", and its PTX is newer than the driver" : ""),
                    nvrtc.library(),
                    "install the NVRTC of CUDA " + Driver.versionName(driver));
        }
        return new Target(nvrtc, version, Product.PTX, older.virtual());
    }
}
