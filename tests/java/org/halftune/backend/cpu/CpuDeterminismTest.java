package org.halftune.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.backend.EveryOp;
import org.junit.jupiter.api.Test;

/** A result's bits depend on its inputs alone: not on the number of threads, nor on what the JIT has compiled. */
class CpuDeterminismTest {

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() {
        var one = run(1);
        for (int threads : new int[] {2, 3, 5}) {
            assertThat(run(threads)).as(threads + " threads").isEqualTo(one);
        }
    }

    private static Map<String, List<Integer>> run(int threads) {
        try (var backend = CpuBackend.open(threads)) {
            var results = new LinkedHashMap<String, List<Integer>>();
            for (var name : EveryOp.ALL.keySet()) results.put(name, EveryOp.run(name, backend));
            return results;
        }
    }

    /** The Vector API may answer differently before and after its intrinsics take over; the ops must not show it. */
    @Test
    void resultsDoNotDependOnTheCompiler() throws Exception {
        var withoutIntrinsics = printedBy(List.of("-XX:TieredStopAtLevel=1"));
        for (int i = 0; i < 8; i++) run(1); // long enough for every loop to be compiled
        assertThat(List.of(run(1).toString())).isEqualTo(withoutIntrinsics);
    }

    private static List<String> printedBy(List<String> flags) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(
                List.of("--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector", "-Xmx256m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CpuDeterminismTest.class.getName()));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var out = process.inputReader()) {
            var lines = out.lines().toList();
            assertThat(process.waitFor()).isZero();
            return lines;
        }
    }

    /** The other process: prints what {@link #run} gives. */
    public static void main(String[] args) {
        System.out.println(run(1));
    }
}
