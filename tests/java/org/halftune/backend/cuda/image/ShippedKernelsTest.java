package org.halftune.backend.cuda.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.halftune.backend.cuda.driver.CudaFolders;
import org.halftune.backend.cuda.driver.Device;
import org.halftune.backend.cuda.image.KernelImages.Image;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which form of each kernel a device gets. Without NVRTC, which {@link NvrtcTest} adds. */
class ShippedKernelsTest {
    private static final ComputeCapability A100 = new ComputeCapability(8, 0);
    private static final ComputeCapability ADA = new ComputeCapability(8, 9);
    private static final ComputeCapability H100 = new ComputeCapability(9, 0);
    private static final ComputeCapability BLACKWELL = new ComputeCapability(12, 0);
    private static final int CUDA_12_4 = 12040;
    private static final int CUDA_13 = 13000;

    @TempDir
    Path folder;

    private List<Image> choose(FakeKernels kernels, ComputeCapability device, int driver, KernelForm... only) {
        var allowed = only.length == 0 ? EnumSet.allOf(KernelForm.class) : EnumSet.of(only[0]);
        var nothing = new NvrtcSearch(
                Map.of(NvrtcSearch.VARIABLE, folder.resolve("none.so").toString()), new CudaFolders(folder, Map.of()));
        return new ShippedKernels(kernels, allowed, nothing, folder, new ArrayList<>()::add).forDevice(device, driver);
    }

    private static FakeKernels everyForm(String compiler) {
        return new FakeKernels("add")
                .ptx("add", "8.0")
                .image("sm_80", "add.cubin", "code 80", compiler)
                .image("sm_90", "add.cubin", "code 90", compiler);
    }

    @ParameterizedTest(name = "compute capability {0}.{1}, driver {2}, code by CUDA {3}: {4}")
    @CsvSource({
        "8, 0, 13000, 13.0.88, device code sm_80",
        "8, 6, 13000, 13.0.88, device code sm_80",
        "8, 9, 13020, 13.0.88, device code sm_80",
        "9, 0, 13000, 13.0.88, device code sm_90",
        // A driver loads what a later compiler of its own major version made, but not what the next major's made.
        "9, 0, 13000, 13.2.10, device code sm_90",
        "9, 0, 12040, 12.9.41, device code sm_90",
        "9, 0, 12040, 13.0.88, PTX compute_80",
        "10, 0, 13000, 13.0.88, PTX compute_80",
        "12, 0, 13000, 13.0.88, PTX compute_80"
    })
    void bestFormThatRunsIsUsed(int major, int minor, int driver, String compiler, String kind) {
        assertThat(choose(everyForm(compiler), new ComputeCapability(major, minor), driver))
                .extracting(Image::kind)
                .containsExactly(kind);
    }

    @Test
    void imageIsPassedUnchangedAndPtxEndsInZero() {
        assertThat(choose(everyForm("13.0.88"), H100, CUDA_13).getFirst().code())
                .asString()
                .isEqualTo("code 90");
        assertThat(choose(everyForm("13.0.88"), BLACKWELL, CUDA_13).getFirst().code())
                .asString()
                .isEqualTo(FakeKernels.ptxText("add", "8.0") + "\0");
    }

    @Test
    void oneFormCanBeRequested() {
        assertThat(choose(everyForm("13.0.88"), H100, CUDA_13, KernelForm.PTX))
                .extracting(Image::kind)
                .containsExactly("PTX compute_80");
        assertThat(KernelForm.allowed("device-code")).containsExactly(KernelForm.DEVICE_CODE);
        assertThat(KernelForm.allowed(null)).hasSize(3);
        assertThatThrownBy(() -> KernelForm.allowed("cubin"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("one of device-code, ptx, nvrtc");
        assertThatThrownBy(() -> choose(everyForm("13.0.88"), BLACKWELL, CUDA_13, KernelForm.DEVICE_CODE))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("device code: not made for compute capability 12.0")
                .hasMessageContaining("HALFTUNE_KERNELS allows only one form");
    }

    @Test
    void imagesOfOtherSourcesAreNeverUsed() {
        var kernels = everyForm("13.0.88").source("add", "// changed since");
        assertThatThrownBy(() -> choose(kernels, H100, CUDA_13))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("the kernels in add.cu have no form that runs on compute capability 9.0")
                .hasMessageContaining("device code: the one in the jar was made from other sources")
                .hasMessageContaining("PTX: the one in the jar was made from other sources")
                .hasMessageContaining("NVRTC: " + folder.resolve("none.so") + " cannot be loaded");
    }

    @Test
    void changedHeaderChangesEveryModule() {
        var kernels = new FakeKernels("add", "rope");
        var before = List.of(kernels.digest("add"), kernels.digest("rope"));
        kernels.put("sources/ptx.cuh", "// other");
        assertThat(kernels.digest("add")).isNotEqualTo(before.get(0));
        assertThat(kernels.digest("rope")).isNotEqualTo(before.get(1)).isNotEqualTo(kernels.digest("add"));
    }

    @Test
    void damagedImagesAreNeverUsed() {
        var kernels = everyForm("13.0.88").put("sm_90/add.cubin", "code 9");
        assertThat(choose(kernels, H100, CUDA_13)).extracting(Image::kind).containsExactly("PTX compute_80");
    }

    @Test
    void ptxNeedsADriverThatReadsIt() {
        var kernels = new FakeKernels("add").ptx("add", "9.0");
        assertThat(choose(kernels, H100, CUDA_13)).hasSize(1);
        assertThatThrownBy(() -> choose(kernels, ADA, CUDA_12_4))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("device code: the jar has none")
                .hasMessageContaining("PTX: needs a driver of CUDA 13.0, this one supports 12.4");
    }

    @ParameterizedTest
    @CsvSource({"7.0,11000", "8.0,12000", "8.4,12040", "8.5,12050", "8.6,12070", "8.8,12090", "9.0,13000", "9.1,13010"})
    void versionsOfThePtxLanguageBelongToReleasesOfCuda(String ptx, int cuda) {
        assertThat(PtxVersion.oldestDriver(FakeKernels.ptxText("add", ptx).getBytes()))
                .isEqualTo(cuda);
    }

    /** Once for each form, however many modules; and when there is no form left, why not, form by form. */
    @Test
    void nextFormReplacesOneTheDriverRefusesWithNotice() {
        var notices = new ArrayList<String>();
        var kernels = everyForm("13.0.88");
        var nothing = new NvrtcSearch(
                Map.of(NvrtcSearch.VARIABLE, folder.resolve("none.so").toString()), new CudaFolders(folder, Map.of()));
        var device = new Device(0, "H100", 9, 0, 80L << 30, 132, 227 << 10, CUDA_13);
        var all = new ShippedKernels(kernels, EnumSet.allOf(KernelForm.class), nothing, folder, notices::add);
        var first = all.imagesFor(device).getFirst();
        var second =
                all.instead(first, device, "CUDA_ERROR_NO_BINARY_FOR_GPU (209)").orElseThrow();
        assertThat(second.kind()).isEqualTo("PTX compute_80");
        assertThat(notices)
                .containsExactly("the driver refuses kernels as device code sm_90 (CUDA_ERROR_NO_BINARY_FOR_GPU (209)):"
                        + " taking PTX compute_80");
        assertThatThrownBy(() -> all.instead(second, device, "CUDA_ERROR_INVALID_PTX (218)"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("the kernels in add.cu have no form that runs on compute capability 9.0")
                .hasMessageContaining("PTX compute_80: H100 refuses it, CUDA_ERROR_INVALID_PTX (218)")
                .hasMessageContaining("NVRTC: " + folder.resolve("none.so") + " cannot be loaded");

        var one = new ShippedKernels(kernels, EnumSet.of(KernelForm.DEVICE_CODE), nothing, folder, notices::add);
        assertThat(one.instead(one.imagesFor(device).getFirst(), device, "")).isEmpty();
    }

    @Test
    void oldDevicesAreRefused() {
        assertThatThrownBy(() -> choose(everyForm("13.0.88"), new ComputeCapability(7, 5), CUDA_13))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("the GPU has compute capability 7.5, the kernels need 8.0");
    }

    @Test
    void buildWithoutKernelsIsReported() {
        assertThatThrownBy(() -> KernelSources.read(path -> null))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("the program was built without its kernels");
    }

    @Test
    void usedFormsAreDescribedInOneLine() {
        var mixed = new FakeKernels("add", "rope", "swiglu")
                .ptx("add", "8.0")
                .ptx("rope", "8.0")
                .ptx("swiglu", "8.0")
                .image("sm_80", "rope.cubin", "code", "13.0.88");
        assertThat(ShippedKernels.describe(choose(mixed, A100, CUDA_13)))
                .isEqualTo("PTX compute_80; rope: device code sm_80");
        assertThat(ShippedKernels.describe(choose(everyForm("13.0.88"), A100, CUDA_13)))
                .isEqualTo("device code sm_80");
    }
}
