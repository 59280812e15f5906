package org.halftune.continual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sequence in a process of its own that is killed inside a round, while it scores, and while it tidies up. */
class KilledSequenceTest {
    @TempDir
    private Path folder;

    private static Sequences sequences(Path folder) {
        var sequences = new Sequences(folder);
        sequences.method = Sequences.replay();
        sequences.keep = ContinualOptions.Keep.LAST;
        sequences.change = form -> {
            form.saveStrategy = When.STEPS;
            form.saveSteps = 1;
        };
        return sequences;
    }

    /** The other process. It dies without warning at the moment that its last argument names. */
    static final class Main {
        public static void main(String[] words) {
            var sequences = sequences(Path.of(words[0]));
            sequences.listener = new ContinualListener() {
                @Override
                public void scoring(int round, String task, long done, long total) {
                    die(words, "scoring " + round + " " + task);
                }

                @Override
                public void scored(int round, ScoreMatrix scores, List<String> metrics) {
                    die(words, "scored " + round); // before earlier models are deleted
                }
            };
            boolean resumes = Files.exists(Path.of(words[0], "killed", ContinualState.FILE));
            if (resumes) sequences.resume("killed");
            else sequences.run("killed");
            System.exit(0);
        }

        private static void die(String[] words, String moment) {
            if (words[1].equals(moment)) Runtime.getRuntime().halt(137);
        }
    }

    private Process start(String moment) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-Xmx256m",
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        folder.toString(),
                        moment)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    @Test
    void runKilledAtAnyMomentContinuesToTheSameBitsAndScores() throws Exception {
        var whole = (ContinualOutcome.Finished) sequences(folder).run("whole");
        killed("scoring 1 colours");
        killedInside("02-moods", 2);
        killed("scored 2");
        killed("scoring 3 moods");
        var rest = (ContinualOutcome.Finished) sequences(folder).resume("killed");

        for (int round = 1; round <= 3; round++) {
            for (int task = 1; task <= round; task++) {
                assertThat(rest.scores().get(round, task))
                        .isEqualTo(whole.scores().get(round, task));
            }
        }
        assertThat(Sequences.models(folder.resolve("killed"))).containsExactly("03-numbers", "model");
        for (String model : List.of("03-numbers", "model")) {
            assertThat(Files.mismatch(
                            folder.resolve("killed").resolve(model).resolve("model.safetensors"),
                            folder.resolve("whole").resolve(model).resolve("model.safetensors")))
                    .as(model)
                    .isEqualTo(-1);
        }
    }

    private void killed(String moment) throws Exception {
        var process = start(moment);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("log")))
                .isEqualTo(137);
    }

    private void killedInside(String round, int step) throws Exception {
        var process = start("never");
        var checkpoints = new CheckpointFolder(folder.resolve("killed").resolve(round));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (process.isAlive() && System.nanoTime() < end) {
            if (checkpoints.newest().filter(newest -> newest.step() >= step).isPresent()) break;
            Thread.sleep(2);
        }
        process.destroyForcibly().waitFor();
    }
}
