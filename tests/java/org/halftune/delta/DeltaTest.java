package org.halftune.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.halftune.Fixtures;
import org.halftune.pretrained.ContentDigest;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.Export;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A delta on its base is the model that a full export writes, and nothing else is accepted as its base. */
class DeltaTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TestRuns.model(folder.resolve("base"), DType.BF16, 7);
        TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
    }

    private TrainingArgumentsBuilder flags(String output, Export export) {
        var flags = TestRuns.flags(folder.resolve("base"), folder.resolve("rows.jsonl"), folder.resolve(output));
        flags.export = export;
        flags.maxSteps = 4;
        return flags;
    }

    private Path delta() {
        TestRuns.run(flags("delta", Export.DELTA));
        return folder.resolve("delta");
    }

    private Path apply(Path base, Path delta) {
        var target = folder.resolve("applied");
        try (var application = DeltaApplication.open(base, delta)) {
            application.write(target);
        }
        return target;
    }

    /** Every file of the applied model is in the full export, with the same bytes. */
    private static void assertSameModel(Path applied, Path full) throws IOException {
        try (var files = Files.list(applied)) {
            for (Path file : files.toList()) {
                assertThat(Files.mismatch(file, full.resolve(file.getFileName())))
                        .as(file.getFileName().toString())
                        .isEqualTo(-1);
            }
        }
        assertThat(applied.resolve("config.json")).exists();
        assertThat(applied.resolve("model.safetensors")).exists();
    }

    @Test
    void deltaOnItsBaseIsTheFullExportBitForBit() throws IOException {
        TestRuns.run(flags("full", Export.MODEL));
        var applied = apply(folder.resolve("base"), delta());
        assertSameModel(applied, folder.resolve("full"));
        assertThat(folder.resolve("delta/config.json")).doesNotExist();
        assertThat(folder.resolve("delta/README.md")).content().contains("halftune apply --base base --delta delta");
    }

    @Test
    void deltaInAnotherTypeAlsoConvertsTheFrozenPartAsTheFullExportDoes() throws IOException {
        var full = flags("full", Export.MODEL);
        full.saveDtype = SaveType.FLOAT32;
        TestRuns.run(full);
        var delta = flags("delta", Export.DELTA);
        delta.saveDtype = SaveType.FLOAT32;
        TestRuns.run(delta);
        assertSameModel(apply(folder.resolve("base"), folder.resolve("delta")), folder.resolve("full"));
    }

    @Test
    void deltaOfTheBestCheckpointIsThatCheckpoint() throws IOException {
        for (var export : Export.values()) {
            var flags = flags(export == Export.DELTA ? "delta" : "full", export);
            flags.evalFiles = List.of(TestRuns.rows(folder.resolve("eval.jsonl"), 5, 2));
            flags.evalStrategy = When.STEPS;
            flags.evalSteps = 1;
            flags.saveSteps = 1;
            flags.learningRate = 0.5; // the loss goes up and down, so the best is not the last
            flags.lrSchedulerType = SchedulerType.CONSTANT;
            flags.maxSteps = 12;
            flags.loadBestModelAtEnd = true;
            var outcome = (Outcome.Finished) TestRuns.run(flags);
            assertThat(outcome.exported()).isPresent();
        }
        assertSameModel(apply(folder.resolve("base"), folder.resolve("delta")), folder.resolve("full"));
    }

    @Test
    void stoppedRunResumesToTheSameDelta() throws IOException {
        var whole = delta();
        TestRuns.runUntil(flags("stopped", Export.DELTA), 3);
        assertThat(folder.resolve("stopped/delta.json")).doesNotExist();
        var rest = flags("stopped", Export.DELTA);
        rest.resumeFromCheckpoint = new Resume.Newest();
        TestRuns.run(rest);
        for (String name : DeltaWriter.FILES) {
            assertThat(Files.mismatch(
                            whole.resolve(name), folder.resolve("stopped").resolve(name)))
                    .as(name)
                    .isEqualTo(-1);
        }
        assertThat(TestRuns.run(rest)).isInstanceOf(Outcome.Complete.class);
        Files.delete(folder.resolve("stopped/delta.json"));
        assertThat(TestRuns.run(rest)).isInstanceOf(Outcome.Finished.class); // writes it again
        assertThat(Files.mismatch(whole.resolve("delta.json"), folder.resolve("stopped/delta.json")))
                .isEqualTo(-1);
    }

    @Test
    void anotherExportOfAFinishedRunReplacesTheFirst() {
        delta();
        var again = flags("delta", Export.MODEL);
        again.resumeFromCheckpoint = new Resume.Newest();
        TestRuns.run(again);
        assertThat(folder.resolve("delta/config.json")).exists();
        assertThat(folder.resolve("delta/delta.json")).doesNotExist();
        assertThat(folder.resolve("delta/delta.safetensors")).doesNotExist();
    }

    @Test
    void deltaOfFullFineTuningHasEveryTensor() throws IOException {
        var full = flags("full", Export.MODEL);
        full.method = Method.FFT;
        TestRuns.run(full);
        var delta = flags("delta", Export.DELTA);
        delta.method = Method.FFT;
        TestRuns.run(delta);
        assertSameModel(apply(folder.resolve("base"), folder.resolve("delta")), folder.resolve("full"));
    }

    @Test
    void anotherBaseIsRefused() {
        var delta = delta();
        var other = TestRuns.model(folder.resolve("other"), DType.BF16, 8);
        refused(other, delta, "the delta was made from another base: base,", "those of " + other);
        var wide =
                TestRuns.model(folder.resolve("wide"), DType.F32, 7); // the values may be the same, the types are not
        refused(wide, delta, "the delta was made from another base");
        refused(Fixtures.model("odd-layers"), delta, "another base", "has shape");
    }

    @Test
    void oneOtherBitInAFrozenTensorOfTheBaseIsRefused() throws IOException {
        var delta = delta();
        Path weights = folder.resolve("base/model.safetensors");
        flip(weights, Files.size(weights) - 1);
        refused(folder.resolve("base"), delta, "another base");
    }

    @Test
    void damagedAndForeignDeltasAreRefused() throws IOException {
        var base = folder.resolve("base");
        refused(base, base, "this is a model, not a delta");
        refused(base, folder.resolve("none"), "the delta folder does not exist");
        refused(base, Files.createDirectory(folder.resolve("empty")), "the folder has no delta.json");

        var delta = delta();
        Path tensors = delta.resolve("delta.safetensors");
        byte[] whole = Files.readAllBytes(tensors);
        flip(tensors, whole.length - 1);
        refused(base, delta, "the tensors are not those that delta.json belongs to");
        Files.write(tensors, Arrays.copyOf(whole, whole.length - 10));
        refused(base, delta, "only");
        Files.delete(tensors);
        refused(base, delta, "delta.safetensors");
        Files.write(tensors, whole);
        String json = Files.readString(delta.resolve("delta.json"));
        Files.writeString(delta.resolve("delta.json"), json.replace("\"format\": 1", "\"format\": 2"));
        refused(base, delta, "the delta has format 2");
        Files.writeString(delta.resolve("delta.json"), json.replace("\"files\": { }", "\"files\": {\"../x\": \"\"}"));
        refused(base, delta, "is missing or invalid");
        Files.writeString(delta.resolve("delta.json"), json.substring(0, json.length() / 2));
        refused(base, delta, "delta.json");
    }

    private static void refused(Path base, Path delta, String... words) {
        assertThatThrownBy(() -> DeltaApplication.open(base, delta).close())
                .isInstanceOf(InputError.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void digestDoesNotDependOnShards() {
        try (var one = PretrainedFolder.open(Fixtures.model("mha-untied"));
                var three = PretrainedFolder.open(Fixtures.model("sharded"))) {
            assertThat(three.weightFiles()).hasSizeGreaterThan(1);
            assertThat(ContentDigest.of(three)).isEqualTo(ContentDigest.of(one)).hasSize(64);
        }
    }

    @Test
    void changedTokenizerOfTheBaseIsANotice() throws IOException {
        Files.writeString(folder.resolve("base/special_tokens_map.json"), "{}");
        var delta = delta();
        Files.writeString(folder.resolve("base/special_tokens_map.json"), "{ }");
        Files.writeString(folder.resolve("base/vocab.json"), "{}");
        try (var application = DeltaApplication.open(folder.resolve("base"), delta)) {
            assertThat(application.notices())
                    .containsExactly(
                            "special_tokens_map.json of the base is not as it was when the delta was made; the result has the"
                                    + " new one",
                            "vocab.json of the base is new since the delta was made; the result has it too");
        }
    }

    @Test
    void deltaIsNotAModel() {
        var delta = delta();
        assertThatThrownBy(() -> PretrainedFolder.open(delta))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("this is a delta, not a model")
                .hasMessageContaining("halftune apply --base BASE --delta " + delta);
    }

    private static void flip(Path file, long position) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            channel.write(one, position);
        }
    }
}
