package org.halftune.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.problem.InputError;

/**
 * What of a GPU can be used on this machine, for {@code halftune doctor}: each part by itself, so that everything that is
 * missing shows at once, and then all of them together.
 */
public final class CudaProbe {

    /**
     * One thing that was looked at.
     *
     * @param fine whether it can be used
     * @param found what is there, or that it is not
     * @param fix what to do; empty if it is fine
     */
    public record Fact(String subject, boolean fine, String found, String fix) {}

    private CudaProbe() {}

    /** Looks at the driver, its devices, cuBLAS, and whether a backend opens on the first device. */
    public static List<Fact> facts() {
        var facts = new ArrayList<Fact>();
        int driverVersion = 13000; // without a driver, any cuBLAS is better than none
        boolean usable = false;
        try {
            var driver = Driver.load();
            driverVersion = driver.version();
            facts.add(fine("CUDA driver", "knows CUDA " + Driver.versionName(driverVersion)));
            for (int i = 0; i < driver.deviceCount(); i++) facts.add(device(driver, i));
            usable = true;
        } catch (InputError e) {
            facts.add(missing("CUDA driver", e));
        } catch (CudaFailure e) {
            facts.add(new Fact("GPU", false, String.valueOf(e.getMessage()), "check nvidia-smi"));
        }
        try {
            var library = CublasLibrary.find(System.getenv(CublasLibrary.VARIABLE), driverVersion);
            facts.add(fine("cuBLAS", library.major() + ", " + library.location()));
        } catch (InputError e) {
            facts.add(missing("cuBLAS", e));
        }
        facts.add(
                usable
                        ? engine()
                        : new Fact("CUDA engine", false, "needs the CUDA driver", "not needed for --device cpu"));
        return facts;
    }

    private static Fact device(Driver driver, int index) {
        var device = driver.device(index);
        var found = device.name() + ", compute capability " + device.major() + "." + device.minor() + ", "
                + String.format(Locale.ROOT, "%.1f GB", device.totalBytes() * 1e-9) + ", "
                + device.multiprocessors() + " multiprocessors";
        return fine("GPU " + index, found);
    }

    /** Opens the first device as training would, and says which kernels and which cuBLAS it got. */
    private static Fact engine() {
        try (var backend = CudaBackend.open(0)) {
            return fine(
                    "CUDA engine",
                    backend.cublas().description() + "; kernels: "
                            + backend.kernels().source() + "; "
                            + String.format(Locale.ROOT, "%.1f GB", backend.availableBytes() * 1e-9) + " free");
        } catch (InputError e) {
            return missing("CUDA engine", e);
        } catch (CudaFailure e) {
            return new Fact("CUDA engine", false, String.valueOf(e.getMessage()), "check nvidia-smi");
        }
    }

    private static Fact fine(String subject, String found) {
        return new Fact(subject, true, found, "");
    }

    private static Fact missing(String subject, InputError e) {
        return new Fact(subject, false, e.what() + (e.where().isEmpty() ? "" : ", " + e.where()), e.fix());
    }
}
