package org.halftune.continual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.RecipeEntry;
import org.halftune.recipe.RecipeFile;
import org.halftune.recipe.Value;

/**
 * A YAML file that lists tasks. Paths are relative to the file.
 *
 * <pre>
 * tasks:
 *   - name: letters
 *     train_file: letters/train.jsonl
 *     test_file: letters/test.jsonl
 *     metric: exact_match
 *     num_train_epochs: 2
 * </pre>
 */
final class TaskListFile {
    private static final List<String> KEYS =
            List.of("name", "train_file", "test_file", "metric", "learning_rate", "num_train_epochs", "max_steps");

    private final Path file;

    private TaskListFile(Path file) {
        this.file = file;
    }

    static TaskSequence read(Path file) {
        try {
            return new TaskListFile(file).sequence(RecipeFile.parse(file, Files.readString(file), "the list of tasks"));
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }

    private TaskSequence sequence(List<RecipeEntry> entries) {
        var tasks = new ArrayList<ContinualTask>();
        for (var entry : entries) {
            if (!entry.key().equals("tasks") || !(entry.value() instanceof Value.Items(var items))) {
                throw problem(
                        entry.key().equals("tasks")
                                ? "tasks is not a list"
                                : "the key " + entry.key() + " is not known",
                        entry.origin().toString(),
                        "the file has one key, tasks, with a list of tasks");
            }
            for (var item : items) {
                if (!(item instanceof Value.Keys(var keys))) {
                    throw problem(
                            "task " + (tasks.size() + 1) + " is not a map of keys and values",
                            entry.origin().toString(),
                            "write - name: …, train_file: …, test_file: …");
                }
                tasks.add(task(keys, tasks.size() + 1));
            }
        }
        if (tasks.isEmpty()) {
            throw problem("the file lists no task", file.toString(), "write tasks: and a list of tasks");
        }
        return new TaskSequence(tasks, List.of());
    }

    private ContinualTask task(List<RecipeEntry> keys, int number) {
        Map<String, String> values = new LinkedHashMap<>();
        for (var entry : keys) {
            if (!KEYS.contains(entry.key())) {
                throw problem(
                        "a task has no key " + entry.key(),
                        entry.origin().toString(),
                        Spelling.closest(entry.key(), KEYS)
                                .map(close -> "did you mean " + close + "?")
                                .orElse("choose from " + String.join(", ", KEYS)));
            }
            if (!(entry.value() instanceof Value.Scalar(String text, boolean _))) {
                throw problem(
                        entry.key() + " is not a single value", entry.origin().toString(), "write one value");
            }
            values.put(entry.key(), text);
        }
        var task = new ContinualTask(
                required(values, "name", number),
                existing(required(values, "train_file", number)),
                existing(required(values, "test_file", number)),
                Optional.ofNullable(values.get("metric")).map(this::metric),
                settings(values));
        if (task.hasPairs()) throw task.pairsRefused();
        return task;
    }

    private String required(Map<String, String> values, String key, int number) {
        String value = values.getOrDefault(key, "");
        if (!value.isBlank()) return value;
        String name = values.getOrDefault("name", "");
        throw problem(
                "task " + number + (name.isBlank() ? "" : " (" + name + ")") + " has no " + key,
                file.toString(),
                "each task has name, train_file and test_file");
    }

    private Path existing(String name) {
        Path path = file.toAbsolutePath().resolveSibling(name).normalize();
        if (Files.exists(path)) return path;
        throw problem(
                "the file " + name + " of a task does not exist", path.toString(), "paths are relative to " + file);
    }

    /** A task file is found beside the list. */
    private String metric(String written) {
        boolean isFile = written.endsWith(".yaml") || written.endsWith(".yml");
        return isFile ? existing(written).toString() : written;
    }

    private TaskSettings settings(Map<String, String> values) {
        var settings = new TaskSettings(
                number(values, "learning_rate"),
                number(values, "num_train_epochs"),
                number(values, "max_steps").stream().mapToInt(this::whole).findFirst());
        if (settings.epochs().isPresent() && settings.maxSteps().isPresent()) {
            throw problem(
                    "the task " + values.get("name") + " has num_train_epochs and max_steps",
                    file.toString(),
                    "leave one of them out");
        }
        return settings;
    }

    private OptionalDouble number(Map<String, String> values, String key) {
        String text = values.get(key);
        if (text == null) return OptionalDouble.empty();
        try {
            double value = Double.parseDouble(text);
            if (value > 0 && Double.isFinite(value)) return OptionalDouble.of(value);
        } catch (NumberFormatException e) {
            // The same error as for a number that is out of range.
        }
        throw problem(key + " " + text + " is not a number above 0", file.toString(), "write a number such as 2e-5");
    }

    private int whole(double value) {
        if (value == Math.rint(value) && value <= Integer.MAX_VALUE) return (int) value;
        throw problem("max_steps " + value + " is not a whole number", file.toString(), "write a whole number");
    }

    private static InputError problem(String what, String where, String fix) {
        return new InputError(what, where, fix);
    }
}
