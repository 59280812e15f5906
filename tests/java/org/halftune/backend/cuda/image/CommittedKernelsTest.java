package org.halftune.backend.cuda.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.halftune.backend.cuda.driver.CudaFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is committed under src/main/cuda belongs together, and all of it reaches the jar. */
class CommittedKernelsTest {
    private static final Path CUDA = Path.of("src/main/cuda");

    @TempDir
    Path folder;

    /** The digests in ptx/images against those of the sources next to it. src/main/cuda/compile updates them. */
    @Test
    void committedPtxIsMadeOfThePresentSources() throws IOException {
        var sources = KernelSources.read(CommittedKernelsTest::sourceFile);
        var present = new TreeSet<String>();
        for (var module : sources.modules()) present.add(module + ".ptx " + sources.digest(module));
        var committed = new TreeSet<String>();
        for (var line : linesOf("ptx/images")) committed.add(line.replaceFirst("^(\\S+ \\S+) .*", "$1"));
        assertThat(committed)
                .as("the kernels were changed: run src/main/cuda/compile where nvcc is, and commit what it writes")
                .isEqualTo(present);
    }

    /** The line "// Registers:" in the head of each kernel file. */
    @Test
    void headsGiveTheRegistersOfTheTable() throws IOException {
        var rows = linesOf("registers.tsv").stream()
                .map(line -> line.split("\t"))
                .collect(Collectors.groupingBy(row -> row[0]));
        for (var module : KernelSources.read(CommittedKernelsTest::sourceFile).modules()) {
            assertThat(linesOf(module + ".cu"))
                    .as("the head of %s.cu must have the numbers of registers.tsv", module)
                    .contains(registersLine(rows.get(module)));
        }
    }

    private static String registersLine(List<String[]> rows) {
        boolean spills = rows.stream().anyMatch(row -> !row[4].equals("0") || !row[5].equals("0"));
        return "// Registers: " + registersOn("sm_90", rows) + ", " + registersOn("sm_80", rows)
                + (spills ? ". Spills." : ". No spills.");
    }

    private static String registersOn(String architecture, List<String[]> rows) {
        var registers = rows.stream()
                .filter(row -> row[2].equals(architecture))
                .mapToInt(row -> Integer.parseInt(row[3]))
                .summaryStatistics();
        int least = registers.getMin(), most = registers.getMax();
        return (least == most ? "" : least + " to ") + most + " on " + architecture;
    }

    @Test
    void registerTableHasEveryModule() throws IOException {
        var inTable = new TreeSet<String>();
        for (var line : linesOf("registers.tsv")) inTable.add(line.substring(0, line.indexOf('\t')));
        inTable.remove("module");
        assertThat(inTable)
                .containsExactlyElementsOf(
                        KernelSources.read(CommittedKernelsTest::sourceFile).modules());
    }

    /** Without nvcc, ptxas and NVRTC: a new device and an old driver. */
    @Test
    void everyModuleOfTheJarRunsAsPtx() {
        var nothing = new NvrtcSearch(
                Map.of(NvrtcSearch.VARIABLE, folder.resolve("none.so").toString()), new CudaFolders(folder, Map.of()));
        var kernels = new ShippedKernels(
                KernelFiles.inJar(), EnumSet.of(KernelForm.PTX), nothing, folder, new ArrayList<>()::add);
        assertThat(kernels.forDevice(new ComputeCapability(12, 0), 12_000))
                .hasSameSizeAs(KernelSources.read(KernelFiles.inJar()).modules());
    }

    private static List<String> linesOf(String name) throws IOException {
        var file = CUDA.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** The folder as if it were in the jar. */
    private static byte[] sourceFile(String path) {
        try {
            if (!path.equals("sources/list")) return Files.readAllBytes(CUDA.resolve(path.replace("sources/", "")));
            try (var files = Files.list(CUDA)) {
                return String.join(
                                "\n",
                                files.map(file -> file.getFileName().toString())
                                        .filter(name -> name.endsWith(".cu") || name.endsWith(".cuh"))
                                        .toList())
                        .getBytes(UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
