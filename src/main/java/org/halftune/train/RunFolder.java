package org.halftune.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.halftune.delta.DeltaWriter;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.Saving;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.checkpoint.CheckpointFolder.Checkpoint;
import org.halftune.train.checkpoint.TrainerStateFile;
import org.halftune.train.record.ModelCard;
import org.halftune.train.record.RunReport;

/** Checks and prepares the output folder, by the rules of {@code --output_dir} and {@code --resume_from_checkpoint}. */
final class RunFolder {
    /** Files about an exported model, which are removed with it. {@code metrics.jsonl} stays. */
    private static final Set<String> ABOUT_THE_MODEL = Set.of(ModelCard.FILE, RunReport.FILE, RunOutput.RECIPE);

    /** The folder of a model's named chat templates. */
    private static final String TEMPLATES = "additional_chat_templates";

    private final Path folder;
    private final Saving saving;
    private final CheckpointFolder checkpoints;

    RunFolder(Saving saving) {
        this.folder = saving.outputFolder();
        this.saving = saving;
        this.checkpoints = new CheckpointFolder(folder);
    }

    CheckpointFolder checkpoints() {
        return checkpoints;
    }

    /**
     * Checks the folder without changing it, and finds the checkpoint to resume from.
     *
     * @param model the base model's folder; must not be inside the output folder, where files are deleted
     * @param bytes the least size of a checkpoint
     * @return the checkpoint to resume from; empty for a new run
     * @throws InputError if the folder cannot be used
     */
    Optional<Checkpoint> check(Path model, long bytes) {
        RunLock.requireFree(folder);
        return inspect(model, bytes);
    }

    private Optional<Checkpoint> inspect(Path model, long bytes) {
        requireOutside(model);
        var resumed = switch (saving.resume()) {
            case Resume.Afresh() -> Optional.<Checkpoint>empty();
            case Resume.Newest() -> Optional.of(newest());
            case Resume.From(Path checkpoint) -> Optional.of(named(checkpoint));
        };
        boolean mayHoldFiles = resumed.isPresent() || saving.overwrite() || onlyLeftovers();
        if (!mayHoldFiles) requireEmpty();
        if (mayHoldFiles && Files.isDirectory(folder)) {
            OutputFolder.checkWritable(folder);
        } else {
            OutputFolder.check(folder, bytes);
        }
        return resumed;
    }

    /**
     * Creates and locks the folder, and deletes the files of an earlier run unless it is resumed. Repeats {@link #check}, because
     * another run could have started in the meantime.
     *
     * @param found the result of {@link #check}
     * @return the lock, to be held until the run ends
     */
    RunLock prepare(Path model, long bytes, Optional<Checkpoint> found, Consumer<String> notice) {
        AtomicFile.makeFolder(folder);
        var lock = RunLock.take(folder, notice);
        try {
            if (!inspect(model, bytes).equals(found)) {
                throw new InputError(
                        "another run wrote into the output folder while this run was starting",
                        folder.toString(),
                        "choose another --output_dir, or repeat the command to use the folder as it is now");
            }
            checkpoints.removeLeftovers();
            removeDrafts();
            if (found.isEmpty()) checkpoints.removeAll();
            removeModel();
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
        return lock;
    }

    /** Removes partly written files of a killed run. */
    private void removeDrafts() {
        try {
            for (Path entry : entries()) if (AtomicFile.isTemporary(entry)) Files.deleteIfExists(entry);
        } catch (IOException e) {
            throw FileProblem.writing(folder, 0, e);
        }
    }

    /**
     * Removes an exported model or delta and the files about it, {@code config.json} and {@code delta.json} first: a folder without
     * them is neither. All files are
     * removed because the next model may not have each of them, such as a chat template.
     */
    void removeModel() {
        try {
            Files.deleteIfExists(folder.resolve("config.json"));
            for (String name : DeltaWriter.FILES) Files.deleteIfExists(folder.resolve(name));
            for (Path entry : entries()) {
                String name = entry.getFileName().toString();
                if (ModelFolderWriter.isPart(name) || ABOUT_THE_MODEL.contains(name)) Files.deleteIfExists(entry);
            }
            removeTemplates(folder.resolve(TEMPLATES));
        } catch (IOException e) {
            throw FileProblem.writing(folder, 0, e);
        }
    }

    /** Keeps the folder if it contains other files. */
    private static void removeTemplates(Path templates) throws IOException {
        if (!Files.isDirectory(templates)) return;
        try (var files = Files.newDirectoryStream(templates, "*.jinja")) {
            for (Path file : files) Files.deleteIfExists(file);
        }
        try (var left = Files.newDirectoryStream(templates)) {
            if (left.iterator().hasNext()) return;
        }
        Files.delete(templates);
    }

    private Checkpoint newest() {
        return checkpoints
                .newest()
                .orElseThrow(() -> new InputError(
                        "--resume_from_checkpoint: there is no complete checkpoint",
                        folder.toString(),
                        "leave the flag out to start a new run, or name a checkpoint folder"));
    }

    private static Checkpoint named(Path checkpoint) {
        if (!Files.isDirectory(checkpoint)) {
            throw new InputError(
                    "--resume_from_checkpoint: there is no such folder",
                    checkpoint.toString(),
                    "name a checkpoint-N folder, or use true for the newest checkpoint in --output_dir");
        }
        if (!Files.isRegularFile(checkpoint.resolve(TrainerStateFile.FILE))) {
            throw new InputError(
                    "--resume_from_checkpoint: the folder is not a checkpoint, because it has no "
                            + TrainerStateFile.FILE,
                    checkpoint.toString(),
                    "name a checkpoint-N folder; to start a new run from a model, use --model_name_or_path");
        }
        return new Checkpoint(
                checkpoint, TrainerStateFile.read(checkpoint).state().step());
    }

    private void requireOutside(Path model) {
        if (!Files.isDirectory(folder)) return;
        try {
            if (!model.toRealPath().startsWith(folder.toRealPath())) return;
        } catch (IOException e) {
            throw FileProblem.reading(model, e);
        }
        throw new InputError(
                "the model " + model + " is inside the output folder, where this run would replace it",
                folder.toString(),
                "choose another --output_dir");
    }

    private void requireEmpty() {
        if (!Files.isDirectory(folder) || entries().isEmpty()) return;
        String newest = checkpoints
                .newest()
                .map(checkpoint -> "resume its run with --resume_from_checkpoint true (it has "
                        + checkpoint.folder().getFileName() + "), or ")
                .orElse("");
        throw new InputError(
                "the output folder is not empty",
                folder.toString(),
                newest + "choose another --output_dir, or replace its contents with --overwrite_output_dir");
    }

    /** Whether the folder contains only leftovers of a run that was killed before its first checkpoint. */
    private boolean onlyLeftovers() {
        return Files.isDirectory(folder) && entries().stream().allMatch(CheckpointFolder::isLeftover);
    }

    /** All files except the lock. */
    private List<Path> entries() {
        var entries = new ArrayList<Path>();
        try (var stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) if (!entry.endsWith(RunLock.FILE)) entries.add(entry);
        } catch (IOException e) {
            throw FileProblem.reading(folder, e);
        }
        return entries;
    }
}
