package org.halftune.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JMH's forks in turn. */
class JmhRunTest {
    private static final String SHORT = "-p preset=TINY -p tokens=64 -p length=32 -f 2 -wi 0 -i 2 -r 1ms ";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(String words) {
        try (var out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            return JmhRun.run(JmhArguments.parse(words.split(" ")), out);
        }
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void methodsTakeTurnsAndAnAbsentDeviceIsSkipped() throws Exception {
        var json = folder.resolve("jmh.json");
        assertThat(run(SHORT + "-p device=cuda:99,cpu -rff " + json))
                .as(printed())
                .isZero();
        assertThat(printed().lines().filter(line -> line.startsWith("skipped: cuda:99: ")))
                .hasSize(1);
        assertThat(printed()).doesNotContain("Exception");
        var order = printed()
                .lines()
                .filter(line -> line.startsWith("round "))
                .map(line -> line.replaceAll(": [0-9.]* ms$", ""));
        assertThat(order)
                .containsExactly(
                        "round 1 of 2: cpu TINY 64 FFT",
                        "round 1 of 2: cpu TINY 64 HFT category 0.5",
                        "round 2 of 2: cpu TINY 64 HFT category 0.5",
                        "round 2 of 2: cpu TINY 64 FFT");
        var steps = BenchmarkJson.read(json);
        assertThat(steps).extracting(MeasuredStep::method).containsExactly("FFT", "HFT");
        for (var step : steps) {
            assertThat(step.forks()).hasSize(2).allMatch(ms -> ms > 0);
            assertThat(step.tokens()).isEqualTo(64);
            assertThat(step.peakBytes()).isPositive();
            assertThat(step.secondary().get(StepProfiler.TOKENS_PER_SECOND)).isPositive();
            assertThat(step.device()).startsWith("CPU");
        }
        assertThat(Files.readString(json)).contains("\"forks\" : 2");
        assertThat(folder.resolve("jmh.html")).content().contains("HFT against FFT");
    }

    @Test
    void withoutTimeNothingIsMeasuredOrWritten() {
        var json = folder.resolve("jmh.json");
        assertThat(run(SHORT + "-p device=cpu --seconds 0.001 -rff " + json)).isZero();
        assertThat(printed()).contains("no time left").contains("nothing was measured");
        assertThat(json).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "-p depth=3, there is no parameter depth",
        "-f 0, process of its own",
        "--seconds soon, not a number of seconds",
        "-rf csv, org.openjdk.jmh.Main",
        "-p preset=TINY -rff, needs a value",
        "--speed 3, speed",
        "-p device=gpu, choose of cpu",
        "-p method=LORA, FFT"
    })
    void badInputIsAnErrorBeforeAnythingRuns(String words, String message) {
        assertThatThrownBy(() -> run(words))
                .isInstanceOf(InputError.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(((InputError) e).fix()).isNotEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "-bm thrpt, -bm",
        "-bm all, -bm",
        "-bm quickly, Unable to parse benchmark mode",
        "-tu us, -tu",
        "-opi 4, -opi",
        "-bs 2, -bs",
        "-wbs 2, -wbs",
        "-t 2, -t",
        "-tg 1|1, -tg",
        "-wf 1, -wf",
        "-foe false, -foe",
        "-o out.txt, -o",
        "--rf=csv, -rf",
        "--rff=x.json, -rff",
        "-rff /, is a folder",
        "-e step, -e",
        "-wmb other, -wmb",
        "Throughput, regexps"
    })
    void optionsOfJmhThatCannotBeHonouredAreRefusedBeforeAnythingRuns(String words, String message) {
        badInputIsAnErrorBeforeAnythingRuns(words.replace('|', ','), message);
        assertThat(printed()).isEmpty();
    }

    @Test
    void optionsOfJmhThatSayWhatIsDoneAnywayAreAccepted() {
        var arguments = JmhArguments.parse("-bm avgt -tu ms -opi 1 -t 1 -wf 0 -foe true -rf json -v NORMAL".split(" "));
        assertThat(arguments.json()).hasToString("jmh-result.json");
    }
}
