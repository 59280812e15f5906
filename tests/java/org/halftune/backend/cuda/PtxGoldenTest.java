package org.halftune.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.backend.cuda.image.Sha256;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The emulation's instructions against what GPUs made of them, and against what it made of them itself. */
@OnCudaOnCpu
class PtxGoldenTest {
    private static final Path RECORDED = Path.of("tests/resources/golden");

    private static CudaBackend backend;
    private static PtxGolden emulation;

    @TempDir
    private Path folder;

    @BeforeAll
    static void record() throws IOException {
        backend = PtxGolden.open();
        emulation = PtxGolden.record(backend);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    /** One file a GPU, as {@code ./check golden} of the bundle writes it. */
    @Test
    void emulationComputesWhatGpusDo() throws IOException {
        try (var files = Files.list(RECORDED)) {
            var gpus = files.filter(file -> file.toString().endsWith(".tsv") && !file.endsWith("emulation.tsv"))
                    .toList();
            assertThat(gpus).as("records of GPUs in " + RECORDED).isNotEmpty();
            for (var file : gpus) {
                var gpu = PtxGolden.read(file);
                assertThat(emulation.differencesFrom(gpu)).as(gpu.device()).isEmpty();
            }
        }
    }

    /** The committed file is what a GPU is held against on the spot. After a change of wrappers.cu it is recorded anew. */
    @Test
    void committedRecordEqualsTheEmulation() throws IOException {
        Path now = Files.createDirectories(Path.of("target/golden")).resolve("emulation.tsv");
        emulation.write(now);
        assertThat(emulation.differencesFrom(PtxGolden.emulation()))
                .as("fix: cp " + now + " " + RECORDED)
                .isEmpty();
    }

    @Test
    void recordIsReadAsWritten() throws IOException {
        emulation.write(folder.resolve("record.tsv"));
        var read = PtxGolden.read(folder.resolve("record.tsv"));
        assertThat(read.device()).isEqualTo(emulation.device()).contains("CUDA on the CPU");
        assertThat(read.results()).usingRecursiveComparison().isEqualTo(emulation.results());
    }

    /** One word of a thousand that is another, by as little as the instruction does not allow. */
    @ParameterizedTest
    @EnumSource(PtxWrapper.class)
    void changedResultIsDetected(PtxWrapper wrapper) throws IOException {
        emulation.write(folder.resolve("record.tsv"));
        var changed = PtxGolden.read(folder.resolve("record.tsv"));
        var words = changed.results().get(wrapper);
        int place = words.length / 2;
        words[place] ^= switch (wrapper) {
            case MMA_M16N8K16 -> 1 << 9;
            case EX2 -> 1 << 3;
            default -> 1;
        };
        assertThat(changed.differencesFrom(emulation))
                .singleElement()
                .asString()
                .startsWith(wrapper + ": 1 of " + words.length + " differ: [" + place + "]");
    }

    @Test
    void missingResultIsDetected() {
        assertThat(new PtxGolden("", java.util.Map.of()).differencesFrom(emulation))
                .hasSize(PtxWrapper.values().length);
    }

    /** A GPU would otherwise be asked about other kernels than the emulation was. */
    @Test
    void committedPtxIsMadeFromTheCurrentSources() throws IOException {
        var printed = new StringBuilder();
        for (var source : List.of("src/main/cuda/ptx.cuh", "tests/gpu/wrappers.cu")) {
            Path file = Path.of(source);
            printed.append(Sha256.of(Files.readAllBytes(file)))
                    .append("  ")
                    .append(file.getFileName())
                    .append('\n');
        }
        var digest = Sha256.of(printed.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(Files.readAllLines(RECORDED.resolve("wrappers.ptx")).getFirst())
                .as("fix: run tests/gpu/compile-wrappers where nvcc is")
                .endsWith(digest);
    }
}
