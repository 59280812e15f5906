package org.halftune.continual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;
import org.halftune.source.DataFile;

/**
 * A folder with a folder for each task: {@code NAME/train.jsonl} and {@code NAME/test.jsonl}, in any format that rows have. TRACE's
 * folders are read as they are.
 */
final class TaskFolders {
    private static final String FIX =
            "a task is a folder with a train file and a test file: NAME/train.jsonl, NAME/test.jsonl";

    private final Path folder;
    private final List<ContinualTask> tasks = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    private TaskFolders(Path folder) {
        this.folder = folder;
    }

    /** @param order the names that were asked for; empty: all */
    static TaskSequence read(Path folder, List<String> order) {
        var folders = new TaskFolders(folder);
        for (Path entry : entries(folder, Files::isDirectory)) {
            String name = entry.getFileName().toString();
            if (!name.startsWith(".") && (order.isEmpty() || order.contains(name)))
                folders.add(name, entry, !order.isEmpty());
            else if (!order.isEmpty()) folders.known(name, entry);
        }
        return folders.sequence();
    }

    /** A task that was not asked for: its name is needed for messages, its files are not. */
    private void known(String name, Path entry) {
        Optional<Path> test = split(entry, "test");
        if (!name.startsWith(".") && test.isPresent()) {
            tasks.add(ContinualTask.of(name, split(entry, "train").orElse(test.get()), test.get()));
        }
    }

    /** @param named whether the task was asked for by its name */
    private void add(String name, Path entry, boolean named) {
        var train = split(entry, "train");
        var evaluation = split(entry, "eval", "validation", "dev");
        var test = split(entry, "test");
        if (train.isEmpty() && evaluation.isEmpty() && test.isEmpty()) {
            notices.add("no task: " + name + " has no train and test file");
            return;
        }
        if (name.equals(Trace.REPLAYED) && Files.isDirectory(folder.resolve(Trace.ORDER.getFirst()))) {
            notices.add("no task: " + name + " is TRACE's data for replay; its test rows have no answers");
            return;
        }
        if (test.isEmpty()) {
            throw new InputError("the task " + name + " has no test file", entry.toString(), FIX);
        }
        if (train.isEmpty() && evaluation.isEmpty()) {
            throw new InputError("the task " + name + " has no train file", entry.toString(), FIX);
        }
        var task = ContinualTask.of(name, train.or(() -> evaluation).get(), test.get());
        if (task.hasPairs()) {
            if (named) throw task.pairsRefused();
            notices.add(name + ": preference pairs, not a task of continual");
            return;
        }
        if (train.isEmpty()) {
            notices.add("task " + name + ": there is no train file; it trains on "
                    + evaluation.get().getFileName());
        }
        tasks.add(task);
    }

    private TaskSequence sequence() {
        if (tasks.isEmpty()) {
            String why = notices.isEmpty() ? "" : " (" + String.join("; ", notices) + ")";
            throw new InputError("the folder has no task" + why, folder.toString(), FIX);
        }
        if (tasks.stream().allMatch(task -> Trace.ORDER.contains(task.name()))) {
            tasks.sort(Comparator.comparingInt(task -> Trace.ORDER.indexOf(task.name())));
        }
        return new TaskSequence(tasks, notices);
    }

    /** The data file named {@code split} with any ending; of the first name that has one. */
    private static Optional<Path> split(Path task, String... names) {
        for (String name : names) {
            var files = entries(
                    task,
                    file -> Files.isRegularFile(file)
                            && DataFile.isDataFile(file)
                            && file.getFileName().toString().startsWith(name + "."));
            if (files.size() > 1) {
                throw new InputError(
                        "the task has two " + name + " files: " + files.get(0).getFileName() + " and "
                                + files.get(1).getFileName(),
                        task.toString(),
                        "keep one of them");
            }
            if (!files.isEmpty()) return Optional.of(files.getFirst());
        }
        return Optional.empty();
    }

    private static List<Path> entries(Path folder, Predicate<Path> which) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(which).sorted().toList();
        } catch (IOException e) {
            throw FileProblem.reading(folder, e);
        }
    }
}
