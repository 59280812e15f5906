package org.halftune.train.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.jspecify.annotations.Nullable;

/**
 * The {@code checkpoint-N} folders of an output folder. A checkpoint is written under a hidden name, forced to disk and then
 * renamed, so every folder named {@code checkpoint-N} is complete, even if the process is killed.
 */
public final class CheckpointFolder {
    private static final Pattern COMPLETE = Pattern.compile("checkpoint-(\\d{1,9})");
    private static final Pattern LEFTOVER = Pattern.compile("\\.checkpoint-\\d+\\.tmp-.*");

    private final Path output;

    public CheckpointFolder(Path output) {
        this.output = output;
    }

    /** A complete checkpoint. */
    public record Checkpoint(Path folder, int step) {}

    public static String name(int step) {
        return "checkpoint-" + step;
    }

    /** The folder of a step's checkpoint, which may not exist. */
    public Path of(int step) {
        return output.resolve(name(step));
    }

    /** All complete checkpoints, oldest first; empty if the output folder does not exist. */
    public List<Checkpoint> complete() {
        var found = new ArrayList<Checkpoint>();
        for (Path entry : entries()) {
            var name = COMPLETE.matcher(entry.getFileName().toString());
            if (name.matches() && Files.isRegularFile(entry.resolve(TrainerStateFile.FILE))) {
                found.add(new Checkpoint(entry, Integer.parseInt(name.group(1))));
            }
        }
        found.sort(Comparator.comparingInt(Checkpoint::step));
        return found;
    }

    public Optional<Checkpoint> newest() {
        var all = complete();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /**
     * Writes {@code checkpoint-step}. If {@code contents} fails, nothing is left behind and other checkpoints are unchanged.
     *
     * @param contents writes the files into the given folder and forces each to disk
     */
    public Checkpoint write(int step, Consumer<Path> contents) {
        Path target = output.resolve(name(step));
        Path temporary = temporary(step);
        try {
            Files.createDirectory(temporary);
            contents.accept(temporary);
            AtomicFile.forceFolder(temporary);
            if (Files.exists(target)) Files.move(target, temporary(step), StandardCopyOption.ATOMIC_MOVE);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            AtomicFile.forceFolder(output);
        } catch (IOException e) {
            throw FileProblem.writing(target, 0, e);
        } finally {
            removeLeftovers();
        }
        return new Checkpoint(target, step);
    }

    /**
     * Deletes the oldest until {@code limit} are left, but never {@code newest} or the best; so two may remain with a limit of one.
     *
     * @param best the best checkpoint's step; 0: none
     */
    public void prune(int limit, Checkpoint newest, int best) {
        var all = complete();
        var older = new ArrayList<>(all);
        older.removeIf(checkpoint -> checkpoint.equals(newest) || checkpoint.step() == best);
        int surplus = Math.clamp(all.size() - limit, 0, older.size());
        older.subList(0, surplus).forEach(this::remove);
    }

    /** Deletes every checkpoint. */
    public void removeAll() {
        complete().forEach(this::remove);
    }

    /** Deletes leftovers of a killed run or a failed write. */
    public void removeLeftovers() {
        for (Path entry : entries()) if (isLeftover(entry)) delete(entry);
    }

    public static boolean isLeftover(Path entry) {
        return LEFTOVER.matcher(entry.getFileName().toString()).matches();
    }

    /** Renames it first, so that a kill never leaves a half-deleted checkpoint. */
    private void remove(Checkpoint checkpoint) {
        Path hidden = temporary(checkpoint.step());
        try {
            Files.move(checkpoint.folder(), hidden, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw FileProblem.writing(checkpoint.folder(), 0, e);
        }
        delete(hidden);
    }

    private Path temporary(int step) {
        return AtomicFile.temporaryBeside(output.resolve(name(step)));
    }

    private List<Path> entries() {
        var entries = new ArrayList<Path>();
        if (!Files.isDirectory(output)) return entries;
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(output, "{.,}checkpoint-*")) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            throw FileProblem.reading(output, e);
        }
        return entries;
    }

    /** Best effort: leftovers are hidden and removed by the next run. */
    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // See above.
        }
    }
}
