package org.halftune.cudaoncpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The emulated driver answers from within the Java VM. */
@OnCudaOnCpu
final class ControlTest {

    private static final Pattern KERNEL = Pattern.compile("^EXPORT\\((\\w+)\\)", Pattern.MULTILINE);

    @BeforeEach
    void reset() {
        CudaOnCpu.reset();
    }

    @Test
    void plantedFaultFailsTheCallThatIsMeant() {
        CudaOnCpu.failCall("cuInit", 2, 999);
        assertThat(cuInit()).isZero();
        assertThat(cuInit()).isEqualTo(999);
        assertThat(CudaOnCpu.lastError()).isEqualTo("cuInit: a fault planted by a test");
        assertThat(cuInit()).isZero();
        assertThat(CudaOnCpu.count("calls:cuInit")).isEqualTo(3);
        assertThat(CudaOnCpu.counters()).containsEntry("calls:cuInit", 3L);
    }

    @Test
    void plantedFaultMayStayAndMayLoseTheDevice() {
        CudaOnCpu.fail("cuInit:2+:999");
        assertThat(cuInit()).isZero();
        assertThat(cuInit()).isEqualTo(999);
        assertThat(cuInit()).isEqualTo(999);
        CudaOnCpu.fail("");
        assertThat(cuInit()).isZero();
        assertThatThrownBy(() -> CudaOnCpu.fail("cuInit:0:999")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CudaOnCpu.fail("cuInit")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownSettingsAreRefused() {
        assertThatThrownBy(() -> CudaOnCpu.set("order", "backwards")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CudaOnCpu.set("speed", "1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyExportedKernelIsCompiledIn() throws Exception {
        List<String> exported = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/cuda"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".cu")).toList()) {
                KERNEL.matcher(Files.readString(file)).results().forEach(found -> exported.add(found.group(1)));
            }
        }
        assertThat(CudaOnCpu.kernels()).containsExactlyInAnyOrderElementsOf(exported);
    }

    private static int cuInit() {
        try {
            return (int) Linker.nativeLinker()
                    .downcallHandle(
                            SymbolLookup.libraryLookup("libcuda.so.1", Arena.global())
                                    .findOrThrow("cuInit"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                    .invoke(0);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
