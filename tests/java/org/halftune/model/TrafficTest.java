package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.halftune.backend.cost.WorkLog;
import org.junit.jupiter.api.Test;

/**
 * The bytes that the cost model says each kernel asks for are those that the emulated kernels read and write. They are compiled once
 * more for that, with a call before every access ({@code tests/cuda-on-cpu/runtime/traffic.h}). cuBLAS is left out: its kernels
 * are not known.
 *
 * <p>What is ambiguous is settled by one rule, for both sides: within a block a byte counts once between two barriers. A GPU may do
 * better (a first-level cache keeps more) or worse (a line is replaced before a neighbour asks for it), and compilers may read a
 * field of a table in wider pieces; compared to the data that is little, but on these small shapes it shows.
 */
class TrafficTest {
    private static final Path LIBRARIES = Path.of("target/cuda-on-cpu-traffic").toAbsolutePath();
    private static final double PERCENT = 2;

    @Test
    void kernelsReadAndWriteWhatIsPredicted() throws IOException, InterruptedException {
        build();
        var counted = counted();
        var softly = new SoftAssertions();
        SmallTraining.all().forEach(training -> check(softly, training.name(), training.predicted(), counted));
        SmallGeneration.all().forEach(generation -> check(softly, generation.name(), generation.predicted(), counted));
        softly.assertAll();
    }

    private static void check(SoftAssertions softly, String work, WorkLog log, Map<String, Map<String, Long>> counted) {
        var counters = counted.getOrDefault(work, Map.of());
        var read = log.byKernel(kernel -> kernel.asked().read());
        var written = log.byKernel(kernel -> kernel.asked().written());
        var kernels = new TreeSet<>(log.launches().keySet());
        softly.assertThat(kernels).as(work + ", kernels").isEqualTo(launched(counters));
        for (var kernel : kernels) {
            check(softly, work + ", read by " + kernel, counters.get("read bytes:" + kernel), read.get(kernel));
            check(
                    softly,
                    work + ", written by " + kernel,
                    counters.get("written bytes:" + kernel),
                    written.get(kernel));
        }
    }

    private static void check(SoftAssertions softly, String what, Long counted, Long predicted) {
        softly.assertThat(counted).as(what).isNotNull();
        if (counted != null) softly.assertThat(predicted).as(what).isCloseTo(counted, withinPercentage(PERCENT));
    }

    private static TreeSet<String> launched(Map<String, Long> counters) {
        var names = new TreeSet<String>();
        for (var name : counters.keySet()) {
            if (name.startsWith("launches:")) names.add(name.substring("launches:".length()));
        }
        return names;
    }

    private static void build() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("target/cuda-on-cpu/libcuda.so.1")), "needs the emulated driver (g++)");
        assertThat(run(new ProcessBuilder("tests/cuda-on-cpu/build", "traffic")))
                .isNotNull();
    }

    private static Map<String, Map<String, Long>> counted() throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                CountedTraffic.class.getName()));
        process.environment().put("LD_LIBRARY_PATH", LIBRARIES.toString());
        var counters = new HashMap<String, Map<String, Long>>();
        run(process)
                .lines()
                .map(line -> line.split("\t"))
                .filter(line -> line.length == 3)
                .forEach(line ->
                        counters.computeIfAbsent(line[0], _ -> new HashMap<>()).put(line[1], Long.valueOf(line[2])));
        return counters;
    }

    private static String run(ProcessBuilder process) throws IOException, InterruptedException {
        var running = process.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor()).as(String.join(" ", process.command())).isZero();
        return output;
    }
}
