package org.halftune.continual;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;

/**
 * The tasks of a run, in their order.
 *
 * @param tasks at least one; names are unique
 * @param notices what was left out or replaced, for the user
 */
public record TaskSequence(List<ContinualTask> tasks, List<String> notices) {

    public TaskSequence {
        tasks = List.copyOf(tasks);
        notices = List.copyOf(notices);
    }

    /**
     * Reads the tasks of a folder of folders, or of a YAML file.
     *
     * @param order the names of the tasks to use, in their order; empty: all, in the order of the file; folders in alphabetical order, or
     *     in TRACE's if all are TRACE's
     * @throws InputError if there is no task, a file is missing, or {@code order} has an unknown or repeated name
     */
    public static TaskSequence read(Path path, List<String> order) {
        if (!Files.exists(path)) {
            throw new InputError(
                    "the tasks do not exist", path.toString(), "name a folder of task folders, or a YAML file");
        }
        var all = Files.isDirectory(path) ? TaskFolders.read(path, order) : TaskListFile.read(path);
        all.requireUniqueNames(path);
        return order.isEmpty() ? all : all.ordered(order, path);
    }

    private void requireUniqueNames(Path path) {
        var folders = new HashMap<String, String>();
        for (var task : tasks) {
            var earlier = folders.putIfAbsent(task.folder(0).toLowerCase(Locale.ROOT), task.name());
            if (earlier == null) continue;
            throw new InputError(
                    earlier.equals(task.name())
                            ? "two tasks have the name " + task.name()
                            : "the tasks " + earlier + " and " + task.name() + " would have the same output folder",
                    path.toString(),
                    "give each task a name of its own");
        }
    }

    private TaskSequence ordered(List<String> order, Path path) {
        var names = tasks.stream().map(ContinualTask::name).toList();
        var chosen = new ArrayList<ContinualTask>();
        var seen = new HashSet<String>();
        for (String name : order) {
            int at = names.indexOf(name);
            if (at < 0) {
                throw new InputError(
                        "--order names " + name + ", but there is no such task",
                        path.toString(),
                        Spelling.closest(name, names)
                                .map(close -> "did you mean " + close + "?")
                                .orElse("choose from " + String.join(", ", names)));
            }
            if (!seen.add(name)) {
                throw new InputError("--order names " + name + " twice", "", "name each task once");
            }
            chosen.add(tasks.get(at));
        }
        var said = new ArrayList<>(notices);
        var left = names.stream().filter(name -> !seen.contains(name)).toList();
        if (!left.isEmpty()) said.add("not in --order, left out: " + String.join(", ", left));
        return new TaskSequence(chosen, said);
    }
}
