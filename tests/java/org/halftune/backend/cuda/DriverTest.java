package org.halftune.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.halftune.backend.cuda.driver.CudaFolders;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that lack something, each in a process of its own: what was loaded once cannot be unloaded. */
@OnCudaOnCpu
final class DriverTest {
    @TempDir
    private Path folder;

    /** What the process under test does: opens a device and says what it got, and where JCuda came from. */
    static final class Opening {
        public static void main(String[] arguments) throws IOException {
            try (var backend = CudaBackend.open(Integer.parseInt(arguments[0]))) {
                System.out.println(backend.details());
            } catch (InputError e) {
                System.out.println(e.report());
            }
            try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                maps.filter(line -> line.contains("libJC"))
                        .map(line -> line.substring(line.indexOf('/')))
                        .distinct()
                        .forEach(System.out::println);
            }
        }
    }

    /** Opens device {@code index} in a new process; returns what it printed. */
    private String open(int index, Map<String, String> environment) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Opening.class.getName(),
                String.valueOf(index));
        builder.environment().put("LD_LIBRARY_PATH", CudaOnCpu.FOLDER.toString());
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void jcudaLoadsTheVerifiedLibrariesAndNoOther() throws Exception {
        // JCuda itself would take these, unread.
        Files.writeString(folder.resolve("libJCudaDriver-12.6.0-linux-x86_64.so"), "planted");
        Files.writeString(folder.resolve("libJCublas2-12.6.0-linux-x86_64.so"), "planted");
        var cache = folder.resolve("cache");
        var output = open(0, Map.of("HALFTUNE_CACHE", cache.toString()));
        assertThat(output).contains("CUDA on the CPU (compute capability 9.0", "JCublas");
        var libraries = output.lines().filter(line -> line.startsWith("/")).toList();
        assertThat(libraries).hasSize(2).allMatch(line -> line.startsWith(cache.toString()));
    }

    @Test
    void truncatedLibraryIsExtractedAgain() throws Exception {
        var cache = folder.resolve("cache");
        open(0, Map.of("HALFTUNE_CACHE", cache.toString()));
        try (var files = Files.walk(cache)) {
            for (var file : files.filter(Files::isRegularFile).toList()) Files.write(file, new byte[1000]);
        }
        assertThat(open(0, Map.of("HALFTUNE_CACHE", cache.toString()))).contains("CUDA on the CPU");
    }

    @Test
    void withoutDriver() throws Exception {
        assertThat(open(0, Map.of("LD_LIBRARY_PATH", "")))
                .contains("no CUDA driver: libcuda.so.1 is not there", "docker run --gpus all");
    }

    @Test
    void withADriverThatIsNone() throws Exception {
        var driver = Files.createDirectory(folder.resolve("driver"));
        Files.writeString(driver.resolve("libcuda.so.1"), "not a library");
        assertThat(open(0, Map.of("LD_LIBRARY_PATH", driver.toString())))
                .contains("the CUDA driver cannot be loaded: ", driver.toString(), "reinstall the NVIDIA driver");
        Files.delete(driver.resolve("libcuda.so.1"));
        Files.createSymbolicLink(driver.resolve("libcuda.so.1"), Path.of("/lib/x86_64-linux-gnu/libm.so.6"));
        assertThat(open(0, Map.of("LD_LIBRARY_PATH", driver.toString())))
                .contains("the CUDA driver lacks cuDriverGetVersion", "this library is not a CUDA driver");
    }

    @Test
    void withADriverThatDoesNotStart() throws Exception {
        assertThat(open(0, Map.of("CUDA_ON_CPU_FAIL", "cuInit:1:803")))
                .contains("different versions", "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)", "restart the machine");
        assertThat(open(0, Map.of("CUDA_ON_CPU_FAIL", "cuInit:1:802")))
                .contains("CUDA_ERROR_SYSTEM_NOT_READY (802)", "nvidia-fabricmanager");
        assertThat(open(0, Map.of("CUDA_ON_CPU_FAIL", "cuInit:1:101", "CUDA_VISIBLE_DEVICES", "7")))
                .contains("CUDA_ERROR_INVALID_DEVICE (101)", "CUDA_VISIBLE_DEVICES is \"7\"");
    }

    @Test
    void withoutDevice() throws Exception {
        assertThat(open(0, Map.of("CUDA_ON_CPU_DEVICES", "0")))
                .contains("the CUDA driver sees no device", "CUDA_ERROR_NO_DEVICE (100)", "CUDA_VISIBLE_DEVICES");
    }

    @Test
    void withOldDriver() throws Exception {
        assertThat(open(0, Map.of("CUDA_ON_CPU_DRIVER", "11.8")))
                .contains(
                        "the CUDA driver is too old: it supports CUDA 11.8, needed is 12.0",
                        "update the NVIDIA driver");
    }

    @Test
    void withOldDevice() throws Exception {
        assertThat(open(0, Map.of("CUDA_ON_CPU_CAPABILITY", "7.5")))
                .contains("has compute capability 7.5, needed is 8.0", "--device cpu");
    }

    @Test
    void secondOfTwoDevices() throws Exception {
        assertThat(open(1, Map.of("CUDA_ON_CPU_DEVICES", "2"))).contains("CUDA on the CPU");
        assertThat(open(2, Map.of("CUDA_ON_CPU_DEVICES", "2")))
                .contains("no CUDA device 2: there are 2", "the last is cuda:1");
    }

    @Test
    void withoutCublas() throws Exception {
        assumeThat(CudaFolders.ofThisMachine().list())
                .as("this machine has a cuBLAS of its own")
                .noneMatch(
                        f -> Files.exists(f.resolve("libcublas.so.12")) || Files.exists(f.resolve("libcublas.so.13")));
        var driver = Files.createDirectory(folder.resolve("driver"));
        Files.createSymbolicLink(driver.resolve("libcuda.so.1"), CudaOnCpu.FOLDER.resolve("libcuda.so.1"));
        var environment = new HashMap<>(Map.of("LD_LIBRARY_PATH", driver.toString(), "HOME", folder.toString()));
        assertThat(open(0, environment)).contains("no cuBLAS 12 or 13 found", "pip install nvidia-cublas-cu12");
        environment.put("CUDA_ON_CPU_DRIVER", "12.4");
        environment.put("HALFTUNE_CUBLAS", Emulated.library(13));
        assertThat(open(0, environment)).contains("no cuBLAS that this driver can run");
    }

    @Test
    void withBrokenCublas() throws Exception {
        var broken = folder.resolve("libcublas.so.12");
        Files.writeString(broken, "not a library");
        assertThat(open(0, Map.of("HALFTUNE_CUBLAS", broken.toString())))
                .contains("cuBLAS cannot be loaded: ", "ldd " + broken);
    }

    @Test
    void withACublasOfAnotherVersionThanItsName() throws Exception {
        var renamed = folder.resolve("libcublas.so.13");
        Files.copy(Path.of(Emulated.library(12)), renamed);
        assertThat(open(0, Map.of("HALFTUNE_CUBLAS", renamed.toString())))
                .contains("libcublas.so.13 is cuBLAS 12.", renamed.toString(), "reinstall cuBLAS");
    }
}
