package org.halftune.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.halftune.backend.DeviceFailure;
import org.halftune.backend.cuda.cublas.CublasLibrary;
import org.halftune.backend.cuda.driver.Driver;
import org.halftune.problem.InputError;

/**
 * Which parts of a GPU stack this machine has, for {@code halftune doctor}: first each part alone, so that one run shows all that
 * is missing, then each device with all parts together.
 */
public final class CudaProbe {
    /** Assumed where there is no driver to ask, so that any cuBLAS is found. */
    private static final int NEWEST = 13000;

    /**
     * One part that was checked.
     *
     * @param fine whether it can be used
     * @param found what was found, or that it is missing
     * @param fix what to do; empty if it is fine
     */
    public record Fact(String subject, boolean fine, String found, String fix) {}

    private CudaProbe() {}

    /**
     * How many devices the driver shows this process.
     *
     * @throws InputError if there is no driver that can be used, or it sees none
     */
    public static int deviceCount() {
        return Driver.load().deviceCount();
    }

    /** Looks at the driver, cuBLAS, and every device, which is opened as training would. */
    public static List<Fact> facts() {
        var facts = new ArrayList<Fact>();
        int driverVersion = NEWEST;
        int devices = 0;
        try {
            var driver = Driver.load();
            driverVersion = driver.version();
            facts.add(fine(
                    "CUDA driver",
                    "supports CUDA " + Driver.versionName(driverVersion)
                            + Driver.release()
                                    .map(number -> ", NVIDIA " + number)
                                    .orElse("")));
            devices = driver.deviceCount();
        } catch (InputError e) {
            facts.add(missing("CUDA driver", e));
        } catch (DeviceFailure e) {
            facts.add(failed("CUDA driver", e));
        }
        try {
            var library = CublasLibrary.find(System.getenv(CublasLibrary.VARIABLE), driverVersion);
            facts.add(fine("cuBLAS", library.major() + ", " + library.location()));
        } catch (InputError e) {
            facts.add(missing("cuBLAS", e));
        }
        var usable = new ArrayList<Integer>();
        for (int i = 0; i < devices; i++) {
            var device = device(i);
            facts.add(device);
            if (device.fine()) usable.add(i);
        }
        facts.add(
                usable.isEmpty()
                        ? new Fact(
                                "CUDA engine",
                                false,
                                "not available: " + (devices == 0 ? "there is no CUDA driver" : "no GPU can be used"),
                                "--device cpu does not need it")
                        : fine(
                                "CUDA engine",
                                "runs on "
                                        + usable.stream().map(i -> "cuda:" + i).collect(Collectors.joining(", "))));
        return facts;
    }

    /** Opens a device: its name, its free memory, its cuBLAS and its kernels. */
    private static Fact device(int index) {
        var subject = "GPU " + index;
        try (var backend = CudaBackend.open(index)) {
            var device = backend.device();
            return fine(
                    subject,
                    String.format(
                            Locale.ROOT,
                            "%s, compute capability %d.%d, %.1f of %.1f GiB free, %d multiprocessors; %s; kernels: %s",
                            device.name(),
                            device.major(),
                            device.minor(),
                            gibibytes(backend.availableBytes()),
                            gibibytes(device.totalBytes()),
                            device.multiprocessors(),
                            backend.cublas().details(),
                            backend.kernels().source()));
        } catch (InputError e) {
            return missing(subject, e);
        } catch (DeviceFailure e) {
            return failed(subject, e);
        }
    }

    private static double gibibytes(long bytes) {
        return bytes / (double) (1 << 30);
    }

    private static Fact fine(String subject, String found) {
        return new Fact(subject, true, found, "");
    }

    private static Fact missing(String subject, InputError e) {
        return new Fact(subject, false, e.what() + (e.where().isEmpty() ? "" : ", " + e.where()), e.fix());
    }

    private static Fact failed(String subject, DeviceFailure e) {
        return new Fact(subject, false, e.what() + (e.where().isEmpty() ? "" : ", " + e.where()), e.fix());
    }
}
