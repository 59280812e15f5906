package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.halftune.data.MaxLength;
import org.halftune.problem.DiskFailure;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.checkpoint.TrainerStateFile;
import org.halftune.train.record.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may stand in the output folder, and which checkpoint a run may continue. */
class RunFolderTest {
    @TempDir
    private Path folder;

    private Path model;
    private Path rows;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        model = TestRuns.model(folder.resolve("model"), DType.BF16, 7);
        rows = TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
    }

    private TrainingArgumentsBuilder flags(String output) {
        return TestRuns.flags(model, rows, folder.resolve(output));
    }

    private void assertRefused(TrainingArgumentsBuilder flags, String... words) {
        assertThatThrownBy(() -> TestRuns.run(flags))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void nonEmptyFolderIsRefusedWithAFix() throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("full")).resolve("notes.txt"), "mine");
        assertRefused(flags("full"), "not empty", "full", "--output_dir");

        TestRuns.runUntil(flags("stopped"), 3);
        assertRefused(flags("stopped"), "not empty", "--resume_from_checkpoint true", "checkpoint-3");
    }

    @Test
    void leftoversOfAKilledRunAreIgnored() throws IOException {
        Path left = Files.createDirectories(folder.resolve("out/.checkpoint-2.tmp-77-abc"));
        Files.writeString(left.resolve("model.safetensors"), "half");
        assertThat(TestRuns.run(flags("out"))).isInstanceOf(Outcome.Finished.class);
        assertThat(left).doesNotExist();
    }

    @Test
    void overwritingRemovesTheFormerModel() throws IOException {
        TestRuns.run(flags("out"));
        var former = Stream.of(
                        "chat_template.jinja",
                        "generation_config.json",
                        "tokenizer.json",
                        "recipe.yaml",
                        "additional_chat_templates/rag.jinja")
                .map(folder.resolve("out")::resolve)
                .toList();
        Files.createDirectory(folder.resolve("out/additional_chat_templates"));
        for (Path file : former) Files.writeString(file, "former");
        var again = flags("out");
        again.overwriteOutputDir = true;
        TestRuns.run(again);
        assertThat(former).noneMatch(Files::exists);
        assertThat(folder.resolve("out/additional_chat_templates")).doesNotExist();
    }

    @Test
    void copiedModelHasAllFilesButNoState() throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve("checkpoint-1/additional_chat_templates"))
                .getParent();
        Files.writeString(checkpoint.resolve("additional_chat_templates/rag.jinja"), "{{ messages }}");
        for (String name : new String[] {"config.json", "model.safetensors", "trainer_state.json"}) {
            Files.writeString(checkpoint.resolve(name), name);
        }
        Path output = Files.createDirectory(folder.resolve("out"));
        ModelCopy.copy(checkpoint, output);
        assertThat(output.resolve("additional_chat_templates/rag.jinja")).hasContent("{{ messages }}");
        assertThat(output.resolve("config.json")).hasContent("config.json");
        assertThat(output.resolve("trainer_state.json")).doesNotExist();
    }

    @Test
    void overwritingReplacesAnotherRunAndKeepsForeignFiles() throws IOException {
        var longer = flags("out");
        longer.numTrainEpochs = 4;
        TestRuns.run(longer);
        Files.writeString(folder.resolve("out/notes.txt"), "mine");
        var again = flags("out");
        again.overwriteOutputDir = true;
        TestRuns.run(again);
        assertThat(new CheckpointFolder(folder.resolve("out"))
                        .newest()
                        .orElseThrow()
                        .step())
                .isEqualTo(12);
        assertThat(folder.resolve("out/notes.txt")).hasContent("mine");
    }

    @Test
    void baseModelIsNeverOverwritten() throws IOException {
        var inPlace = flags("model");
        inPlace.overwriteOutputDir = true;
        assertRefused(inPlace, "is inside the output folder");
        assertThat(model.resolve("model.safetensors")).exists();

        TestRuns.run(flags("out"));
        var onward = flags("out");
        onward.modelNameOrPath = folder.resolve("out/checkpoint-12");
        onward.overwriteOutputDir = true;
        assertRefused(onward, "is inside the output folder");
        assertThat(folder.resolve("out/checkpoint-12/model.safetensors")).exists();
    }

    @Test
    void outputDirMustBeAWritableFolder() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        assertRefused(flags("file"), "is a file");
        assertRefused(flags("file/below"), "file");

        Path locked = Files.createDirectory(folder.resolve("locked"));
        assumeThat(locked.toFile().setWritable(false)).isTrue();
        assumeThat(Files.isWritable(locked)).as("running as root").isFalse();
        assertRefused(flags("locked"), "permission");
    }

    @Test
    void resumingWithoutACheckpointIsRefused() throws IOException {
        var flags = flags("nothing");
        flags.resumeFromCheckpoint = new Resume.Newest();
        assertRefused(flags, "no complete checkpoint", "nothing");

        flags.resumeFromCheckpoint = new Resume.From(folder.resolve("gone"));
        assertRefused(flags, "no such folder", "gone");

        flags.resumeFromCheckpoint = new Resume.From(model);
        assertRefused(flags, "trainer_state.json");

        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("trainer_state.json"), "{\"global_step\": 5}");
        flags.resumeFromCheckpoint = new Resume.From(foreign);
        assertRefused(flags, "was not written by Halftune");
        assertThat(folder.resolve("nothing")).doesNotExist();
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("--learning_rate", flags -> flags.learningRate = 1e-3),
                change("--seed", flags -> {
                    flags.seed = 1;
                    flags.hftSeed = 42L;
                }),
                change("what learns", flags -> flags.hftSeed = 1L),
                change("what learns", flags -> flags.method = Method.FFT),
                change("the training rows", flags -> flags.maxLength = MaxLength.asked(8)),
                change("the training rows", flags -> flags.packing = true),
                change("--per_device_train_batch_size", flags -> flags.perDeviceTrainBatchSize = 4),
                change("--gradient_accumulation_steps", flags -> flags.gradientAccumulationSteps = 1),
                change("schedule", flags -> flags.numTrainEpochs = 5),
                change("schedule", flags -> flags.warmupSteps = 3),
                change("--max_grad_norm", flags -> flags.maxGradNorm = 0),
                change("--weight_decay", flags -> flags.weightDecay = 0));
    }

    private static Arguments change(String name, Consumer<TrainingArgumentsBuilder> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void runWithOtherSettingsDoesNotResume(String name, Consumer<TrainingArgumentsBuilder> change) {
        TestRuns.runUntil(flags("out"), 3);
        var changed = flags("out");
        change.accept(changed);
        changed.resumeFromCheckpoint = new Resume.Newest();
        assertRefused(changed, "belongs to another run", name, "checkpoint-3");
    }

    @Test
    void otherModelOfTheSameShapeDoesNotResume() {
        TestRuns.runUntil(flags("out"), 3);
        var changed = flags("out");
        changed.modelNameOrPath = TestRuns.model(folder.resolve("other"), DType.BF16, 8);
        changed.resumeFromCheckpoint = new Resume.Newest();
        assertRefused(changed, "belongs to another run", "--model_name_or_path");
    }

    @Test
    void oldCheckpointsAreDeletedAfterTheNewOneIsComplete() {
        var flags = flags("out");
        flags.saveTotalLimit = 2;
        TestRuns.run(flags);
        assertThat(new CheckpointFolder(folder.resolve("out")).complete())
                .extracting(CheckpointFolder.Checkpoint::step)
                .containsExactly(10, 12);
    }

    @Test
    void failedCheckpointKeepsTheOthers() {
        TestRuns.run(flags("out"));
        var checkpoints = new CheckpointFolder(folder.resolve("out"));
        var before = checkpoints.complete();
        assertThatThrownBy(() -> checkpoints.write(99, temporary -> {
                    throw new DiskFailure("No space left on the device", temporary.toString(), "free some");
                }))
                .isInstanceOf(DiskFailure.class);
        assertThat(checkpoints.complete()).isEqualTo(before);
        assertThat(folder.resolve("out").toFile().list((_, name) -> name.startsWith(".")))
                .isEmpty();
    }

    @Test
    void limitNeverDeletesTheNewest() throws IOException {
        var checkpoints = new CheckpointFolder(Files.createDirectory(folder.resolve("limit")));
        for (int step : new int[] {30, 10, 20}) write(checkpoints, step);
        checkpoints.prune(
                OptionalInt.of(1).getAsInt(),
                new CheckpointFolder.Checkpoint(folder.resolve("limit/checkpoint-10"), 10),
                0);
        assertThat(checkpoints.complete())
                .extracting(CheckpointFolder.Checkpoint::step)
                .containsExactly(10);
    }

    private static void write(CheckpointFolder checkpoints, int step) {
        checkpoints.write(step, temporary -> {
            try {
                Files.writeString(temporary.resolve(TrainerStateFile.FILE), "{}");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
