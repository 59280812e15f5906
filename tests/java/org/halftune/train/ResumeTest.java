package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.halftune.data.MaxLength;
import org.halftune.files.StrictJson;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that is stopped and continued equals one that was not, bit for bit. */
class ResumeTest {
    private static final List<String> TIME_FIELDS = List.of(
            "tokens_per_second", "eval_runtime", "eval_samples_per_second", "train_runtime", "train_steps_per_second");

    @TempDir
    private Path folder;

    static Stream<Arguments> variants() {
        return Stream.of(
                Arguments.of(Method.HFT, DType.BF16, false),
                Arguments.of(Method.FFT, DType.F32, false),
                Arguments.of(Method.HFT, DType.F16, true),
                Arguments.of(Method.FFT, DType.BF16, true));
    }

    private TrainingArgumentsBuilder flags(Method method, DType dtype, boolean packing, String output)
            throws IOException {
        Path model = folder.resolve("model");
        if (!Files.exists(model)) TestRuns.model(model, dtype, 7);
        var flags = TestRuns.flags(model, TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1), folder.resolve(output));
        flags.evalFiles = List.of(TestRuns.rows(folder.resolve("eval.jsonl"), 5, 2));
        flags.method = method;
        flags.packing = packing;
        if (packing) {
            flags.perDeviceTrainBatchSize = 1;
            flags.maxLength = MaxLength.asked(24);
        }
        flags.evalStrategy = When.STEPS;
        flags.evalSteps = 4;
        flags.saveStrategy = When.NO;
        flags.trainFiles.set(0, folder.resolve("rows.jsonl"));
        return flags;
    }

    @ParameterizedTest
    @MethodSource("variants")
    void runStoppedAfterAnyStepResumesBitForBit(Method method, DType dtype, boolean packing) throws IOException {
        var whole = flags(method, dtype, packing, "whole");
        var finished = (Outcome.Finished) TestRuns.run(whole);
        int steps = finished.summary().step();
        assertThat(steps).isGreaterThan(8);

        for (int step = 1; step <= steps; step++) {
            String output = "stopped-" + step;
            var first = flags(method, dtype, packing, output);
            var stopped = TestRuns.runUntil(first, step);
            assertThat(stopped).isInstanceOf(Outcome.Stopped.class); // the last step's evaluation is still due

            var second = flags(method, dtype, packing, output);
            second.resumeFromCheckpoint = new Resume.Newest();
            assertThat(TestRuns.run(second)).isInstanceOf(Outcome.Finished.class);

            assertSameResult(folder.resolve("whole"), folder.resolve(output), step);
        }
    }

    @Test
    void runStoppedRepeatedlyResumesBitForBit() throws IOException {
        TestRuns.run(flags(Method.HFT, DType.BF16, false, "whole"));
        TestRuns.runUntil(flags(Method.HFT, DType.BF16, false, "pieces"), 1);
        for (int step : IntStream.rangeClosed(2, 12).toArray()) {
            var next = flags(Method.HFT, DType.BF16, false, "pieces");
            next.resumeFromCheckpoint = new Resume.Newest();
            TestRuns.runUntil(next, step);
        }
        var last = flags(Method.HFT, DType.BF16, false, "pieces");
        last.resumeFromCheckpoint = new Resume.Newest();
        assertThat(TestRuns.run(last)).isInstanceOf(Outcome.Finished.class);
        assertSameResult(folder.resolve("whole"), folder.resolve("pieces"), -1);
    }

    @Test
    void resumingAnEarlierCheckpointRepeatsTheStepsAfterIt() throws IOException {
        var whole = flags(Method.HFT, DType.BF16, false, "whole");
        whole.saveStrategy = When.STEPS;
        TestRuns.run(whole);
        byte[] before = Files.readAllBytes(folder.resolve("whole/checkpoint-12/optimizer.safetensors"));

        var again = flags(Method.HFT, DType.BF16, false, "whole");
        again.saveStrategy = When.STEPS;
        again.resumeFromCheckpoint = new Resume.From(folder.resolve("whole/checkpoint-4"));
        assertThat(TestRuns.run(again)).isInstanceOf(Outcome.Finished.class);
        assertThat(folder.resolve("whole/checkpoint-12/optimizer.safetensors")).hasBinaryContent(before);

        TestRuns.run(flags(Method.HFT, DType.BF16, false, "fresh"));
        assertSameResult(folder.resolve("fresh"), folder.resolve("whole"), 4);
    }

    @Test
    void finishedRunIsNotChanged() throws IOException {
        var first = flags(Method.HFT, DType.BF16, false, "done");
        first.saveStrategy = When.STEPS;
        first.saveSteps = 6;
        TestRuns.run(first);
        var before = contents(folder.resolve("done"));

        var again = flags(Method.HFT, DType.BF16, false, "done");
        again.saveStrategy = When.STEPS;
        again.saveSteps = 6;
        again.resumeFromCheckpoint = new Resume.Newest();
        assertThat(TestRuns.run(again)).isEqualTo(new Outcome.Complete(12));
        assertThat(contents(folder.resolve("done"))).isEqualTo(before);

        again.saveDtype = TrainingArguments.SaveType.FLOAT32; // another export of the same run
        assertThat(TestRuns.run(again)).isInstanceOf(Outcome.Finished.class);
    }

    /** Digests of all files by name. */
    private static Map<String, Integer> contents(Path output) throws IOException {
        var contents = new TreeMap<String, Integer>();
        try (var files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(output.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    private static void assertSameResult(Path expected, Path actual, int step) throws IOException {
        assertThat(Files.mismatch(actual.resolve("model.safetensors"), expected.resolve("model.safetensors")))
                .as("first byte of the weights that differs after a stop at step %d", step)
                .isEqualTo(-1);
        assertThat(metrics(actual)).as("metrics after a stop at step %d", step).isEqualTo(metrics(expected));
    }

    /** The rows without what the clock says. */
    private static List<Object> metrics(Path output) throws IOException {
        return Files.readAllLines(output.resolve("metrics.jsonl")).stream()
                .map(line -> {
                    var row = StrictJson.parse(line.getBytes(java.nio.charset.StandardCharsets.UTF_8), "row");
                    row.remove(TIME_FIELDS);
                    return (Object) new TreeMap<>(row.properties().stream()
                            .collect(java.util.stream.Collectors.toMap(
                                    java.util.Map.Entry::getKey,
                                    entry -> entry.getValue().toString())));
                })
                .toList();
    }
}
