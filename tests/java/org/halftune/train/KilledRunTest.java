package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.pretrained.FiniteCheck;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.checkpoint.OptimizerFile;
import org.halftune.train.checkpoint.TrainerStateFile;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in a process of their own that are killed, or asked to stop, from outside. */
class KilledRunTest {
    private static final int CHECKPOINTS_BEFORE_KILL = 2;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TestRuns.model(folder.resolve("model"), DType.BF16, 7);
        TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
    }

    /** A checkpoint after every step, so that nearly any moment lies inside one. */
    private static TrainingArgumentsBuilder flags(Path folder, String output) {
        var flags = TestRuns.flags(folder.resolve("model"), folder.resolve("rows.jsonl"), folder.resolve(output));
        flags.numTrainEpochs = 15;
        flags.saveSteps = 1;
        flags.saveTotalLimit = 2;
        return flags;
    }

    /** The other process: trains until it is done or stopped, and exits as the command line would. */
    static final class Main {
        public static void main(String[] words) {
            var flags = flags(Path.of(words[0]), words[1]);
            if (words.length > 2) flags.resumeFromCheckpoint = new Resume.Newest();
            var stop = new StopSignal();
            try (var backend = CpuBackend.open(1);
                    var _ = Interrupts.to(stop, () -> {}, Runtime.getRuntime()::halt)) {
                var outcome = new TrainRun(flags.build(), backend, TrainingListener.NONE, stop, "").run();
                System.exit(outcome instanceof Outcome.Stopped ? Interrupts.EXIT_CODE : 0);
            }
        }
    }

    private Process start(String... words) throws IOException {
        return startWith("", words);
    }

    /** @param limit a shell command that comes first, such as {@code ulimit} */
    private Process startWith(String limit, String... words) throws IOException {
        var command = new ArrayList<String>(List.of(
                "bash",
                "-c",
                limit + "\nexec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-Xmx256m",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                folder.toString()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private void waitForCheckpoints(Process process, String output, int step) throws Exception {
        var checkpoints = new CheckpointFolder(folder.resolve(output));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (process.isAlive() && System.nanoTime() < end) {
            if (checkpoints.newest().filter(newest -> newest.step() >= step).isPresent()) return;
            Thread.sleep(5);
        }
        throw new AssertionError("no checkpoint in time: " + Files.readString(folder.resolve("log")));
    }

    @Test
    void killedRunResumesBitForBit() throws Exception {
        var random = new Random(5);
        int step = 0;
        for (int kill = 0; kill < 4; kill++) {
            var process = kill == 0 ? start("killed") : start("killed", "resume");
            waitForCheckpoints(process, "killed", step + CHECKPOINTS_BEFORE_KILL);
            Thread.sleep(random.nextInt(40));
            process.destroyForcibly().waitFor();

            var newest = new CheckpointFolder(folder.resolve("killed")).newest().orElseThrow();
            step = newest.step();
            assertThat(TrainerStateFile.read(newest.folder()).state().step()).isEqualTo(step);
            try (var model = PretrainedFolder.open(newest.folder());
                    var optimizer = SafetensorsFile.open(newest.folder().resolve(OptimizerFile.NAME))) {
                FiniteCheck.of(model);
                assertThat(optimizer.tensors()).isNotEmpty();
            }
        }
        var rest = flags(folder, "killed");
        rest.resumeFromCheckpoint = new Resume.Newest();
        assertThat(TestRuns.run(rest)).isInstanceOf(Outcome.Finished.class);
        TestRuns.run(flags(folder, "whole"));
        assertThat(Files.mismatch(
                        folder.resolve("killed/model.safetensors"), folder.resolve("whole/model.safetensors")))
                .isEqualTo(-1);
        assertThat(folder.resolve("killed").toFile().list((_, name) -> name.startsWith(".")))
                .isEmpty();
    }

    @Test
    void firstSignalSavesAndExitsWith130() throws Exception {
        for (String signal : interruptIsIgnored() ? List.of("TERM") : List.of("INT", "TERM")) {
            var process = start(signal);
            waitForCheckpoints(process, signal, 1);
            signal(process, signal);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(Interrupts.EXIT_CODE);
            assertThat(folder.resolve(signal).resolve("config.json")).doesNotExist();

            var rest = flags(folder, signal);
            rest.resumeFromCheckpoint = new Resume.Newest();
            assertThat(TestRuns.run(rest)).isInstanceOf(Outcome.Finished.class);
        }
    }

    /** A limit on the size of files stands in for a full disk: both make a write fail half-way. */
    @Test
    void failedCheckpointLeavesTheLastOneIntact() throws Exception {
        TestRuns.runUntil(flags(folder, "full"), 3);
        var process = startWith("ulimit -f 16", "full", "resume");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(folder.resolve("log")).content().contains("InputError", "checkpoint-4", "optimizer.safetensors");

        var left = new CheckpointFolder(folder.resolve("full"));
        assertThat(left.newest().orElseThrow().step()).isEqualTo(3);
        assertThat(folder.resolve("full").toFile().list((_, name) -> name.startsWith(".")))
                .isEmpty();
        var rest = flags(folder, "full");
        rest.resumeFromCheckpoint = new Resume.Newest();
        assertThat(TestRuns.run(rest)).isInstanceOf(Outcome.Finished.class);
    }

    @Test
    void secondSignalExitsImmediately() throws Exception {
        assumeThat(interruptIsIgnored())
                .as("SIGINT is ignored here and in every process started here")
                .isFalse();
        var process = start("twice");
        waitForCheckpoints(process, "twice", 1);
        for (int i = 0; i < 20 && process.isAlive(); i++) signal(process, "INT");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(Interrupts.EXIT_CODE); // 128 + SIGINT, by whichever of the two ways
    }

    /** Background jobs of a shell ignore SIGINT, and so do their children, also where a JVM asks for it. */
    private static boolean interruptIsIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) return false;
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 0b10) != 0);
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }
}
