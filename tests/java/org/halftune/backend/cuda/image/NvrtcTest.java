package org.halftune.backend.cuda.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.halftune.backend.cuda.driver.CudaFolders;
import org.halftune.backend.cuda.image.KernelImages.Image;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compilation at run time: finding NVRTC, compiling, keeping. On a stand-in, and on the real one where it is. */
class NvrtcTest {
    private static final ComputeCapability H100 = new ComputeCapability(9, 0);
    private static final ComputeCapability BLACKWELL = new ComputeCapability(12, 0);
    private static final int CUDA_12_2 = 12020;
    private static final int CUDA_12_4 = 12040;
    private static final int CUDA_13 = 13000;

    @TempDir
    Path folder;

    private final List<String> notices = new ArrayList<>();

    private List<Image> choose(FakeKernels kernels, ComputeCapability device, int driver, Path library) {
        var environment = Map.of(NvrtcSearch.VARIABLE, library.toString());
        return choose(kernels, device, driver, new NvrtcSearch(environment, new CudaFolders(folder, environment)));
    }

    private List<Image> choose(FakeKernels kernels, ComputeCapability device, int driver, NvrtcSearch search) {
        return new ShippedKernels(
                        kernels, EnumSet.allOf(KernelForm.class), search, folder.resolve("cache/kernels"), notices::add)
                .forDevice(device, driver);
    }

    @Test
    void moduleWithoutImageIsCompiledForTheDevice() throws Exception {
        var library = StandInNvrtc.build(folder.resolve("12"), CUDA_12_4, "80,86,90", "add");
        var images = choose(new FakeKernels("add", "rope").ptx("rope", "8.0"), H100, CUDA_12_4, library);
        assertThat(ShippedKernels.describe(images)).isEqualTo("NVRTC 12.4 sm_90; rope: PTX compute_80");
        assertThat(images.getFirst().code())
                .asString()
                .isEqualTo("device code for sm_90\n" + FakeKernels.ptxText("add", "8.0"));
        assertThat(notices).containsExactly("compiling add.cu for sm_90 with NVRTC 12.4");
    }

    @Test
    void deviceUnknownToNvrtcGetsPtxThatItsDriverReads() throws Exception {
        var library = StandInNvrtc.build(folder.resolve("12"), CUDA_12_4, "75,80,86,90", "add");
        var kernels = new FakeKernels("add");
        var image = choose(kernels, BLACKWELL, CUDA_13, library).getFirst();
        assertThat(image.kind()).isEqualTo("NVRTC 12.4 compute_90");
        assertThat(image.code()).asString().isEqualTo(FakeKernels.ptxText("add", "8.0") + "\0");

        assertThatThrownBy(() -> choose(kernels, BLACKWELL, CUDA_12_2, library))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("NVRTC 12.4 does not support compute capability 12.0")
                .hasMessageContaining("its PTX is newer than the driver")
                .hasMessageContaining("install the NVRTC of CUDA 12.2");
    }

    @Test
    void compiledKernelsAreCachedForTheNextRun() throws Exception {
        var library = StandInNvrtc.build(folder.resolve("12"), CUDA_12_4, "80,90", "add");
        var kernels = new FakeKernels("add");
        var first = choose(kernels, H100, CUDA_12_4, library).getFirst().code();
        assertThat(choose(kernels, H100, CUDA_12_4, library).getFirst().code()).isEqualTo(first);
        assertThat(notices).as("one compilation").hasSize(1);

        var kept = keptFiles();
        assertThat(kept).hasSize(1);
        var bytes = Files.readAllBytes(kept.getFirst());
        bytes[bytes.length / 2 + 40] ^= 1;
        Files.write(kept.getFirst(), bytes);
        assertThat(choose(kernels, H100, CUDA_12_4, library).getFirst().code()).isEqualTo(first);
        assertThat(notices).as("a damaged file is compiled again").hasSize(2);

        choose(kernels.source("add", "#include \"cudev.cuh\"\n// changed"), H100, CUDA_12_4, library);
        choose(kernels, new ComputeCapability(8, 0), CUDA_12_4, library);
        assertThat(notices).as("other sources, another device").hasSize(4);
        assertThat(keptFiles()).hasSize(3);
    }

    private List<Path> keptFiles() throws IOException {
        try (var files = Files.list(folder.resolve("cache/kernels"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void unwritableCacheCostsOnlyTime() throws Exception {
        var library = StandInNvrtc.build(folder.resolve("12"), CUDA_12_4, "90", "add");
        Files.writeString(folder.resolve("cache"), "a file where the folder should be");
        assertThat(choose(new FakeKernels("add"), H100, CUDA_12_4, library)).hasSize(1);
        assertThat(notices.getLast())
                .startsWith("compiled kernels cannot be cached")
                .contains("HALFTUNE_CACHE");
    }

    @Test
    void compilerErrorIsShown() throws Exception {
        var library = StandInNvrtc.build(folder.resolve("12"), CUDA_12_4, "90", "add");
        var broken = new FakeKernels("add").source("add", "#include \"cudev.cuh\"\n#error\n");
        assertThatThrownBy(() -> choose(broken, H100, CUDA_12_4, library))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("NVRTC: NVRTC cannot compile add.cu (NVRTC_ERROR_COMPILATION):")
                .hasMessageContaining("add.cu(1): error: #error directive")
                .hasMessageContaining("--gpu-architecture=sm_90 --std=c++17");
    }

    @Test
    void nvrtcIsFoundInTheToolkitAndInPythonsPackages() throws Exception {
        var wheel = folder.resolve("venv/lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib");
        StandInNvrtc.build(wheel, CUDA_12_4, "90", "add");
        var environment = Map.of("VIRTUAL_ENV", folder.resolve("venv").toString());
        var folders = new CudaFolders(folder, environment);
        var search = new NvrtcSearch(Map.of(), folders);
        assumeTheLoaderFindsNone();
        assertThat(search.find(CUDA_13).library())
                .isEqualTo(wheel.resolve("libnvrtc.so.12").toString());

        var toolkit = folder.resolve("usr/local/cuda-13.0/lib64");
        StandInNvrtc.build(toolkit, CUDA_13, "90", "add");
        assertThat(folders.list()).containsExactly(toolkit, wheel);
        assertThat(search.find(CUDA_13).version()).as("newest first").isEqualTo(CUDA_13);
        assertThat(search.find(CUDA_12_4).version())
                .as("none that the driver may not understand")
                .isEqualTo(CUDA_12_4);
        assertThat(new NvrtcSearch(Map.of(NvrtcSearch.VARIABLE, toolkit.toString()), folders)
                        .find(CUDA_13)
                        .library())
                .as("a folder that was named")
                .isEqualTo(toolkit.resolve("libnvrtc.so.13").toString());
    }

    @Test
    void libraryThatDoesNotLoadIsNamed() throws Exception {
        assumeTheLoaderFindsNone();
        var broken = folder.resolve("usr/local/cuda/lib64/libnvrtc.so.12");
        Files.createDirectories(broken.getParent());
        Files.writeString(broken, "not a library");
        assertThatThrownBy(() -> new NvrtcSearch(Map.of(), new CudaFolders(folder, Map.of())).find(CUDA_12_4))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("is not found: " + broken + " cannot be loaded")
                .hasMessageContaining("pip install nvidia-cuda-nvrtc-cu12");
    }

    private static void assumeTheLoaderFindsNone() {
        for (int major = 12; major <= 13; major++) {
            var name = "libnvrtc.so." + major;
            try (var arena = Arena.ofConfined()) {
                SymbolLookup.libraryLookup(name, arena);
                Assumptions.abort("skipped: the loader finds a real " + name);
            } catch (IllegalArgumentException e) {
                // As it should be here.
            }
        }
    }

    /** Where NVRTC is ({@code pip install nvidia-cuda-nvrtc} is enough): every kernel, without a GPU. */
    @Test
    void realNvrtcCompilesEveryKernel() {
        var search = new NvrtcSearch(System.getenv(), CudaFolders.ofThisMachine());
        Nvrtc nvrtc;
        try {
            nvrtc = search.find(13_000);
        } catch (InputError e) {
            Assumptions.abort("skipped: " + e.what());
            return;
        }
        var images = new ShippedKernels(KernelFiles.inJar(), EnumSet.of(KernelForm.NVRTC), search, folder, notices::add)
                .forDevice(H100, nvrtc.version());
        assertThat(images)
                .hasSameSizeAs(KernelSources.read(KernelFiles.inJar()).modules())
                .allSatisfy(image -> assertThat(image.code()).startsWith(0x7f, 'E', 'L', 'F'));
    }
}
