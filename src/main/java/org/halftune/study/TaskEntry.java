package org.halftune.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.halftune.continual.ContinualTask;
import org.halftune.continual.TaskSequence;
import org.halftune.eval.task.ReadyTasks;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.RecipeEntry;
import org.halftune.recipe.Value;

/**
 * A task of a study file.
 *
 * @param train files with training rows; of a sequence none
 * @param keys its own keys and flags; of a bundled task none
 */
record TaskEntry(StudyTask task, List<Path> train, Optional<TaskSequence> sequence, StudyKeys keys) {
    /** Keys of a task that are not flags. */
    static final List<String> KEYS = List.of(
            "name",
            "train",
            "test",
            "knowledge",
            "heldout",
            "limit",
            "sequence",
            PreferenceKeys.STAGE,
            StudyFile.RATES,
            StudyFile.STEPS);

    /**
     * The tasks of a study.
     *
     * @param top the file's keys, which hold for tasks without their own
     * @param flagNames flags that a task may have
     * @throws InputError if a key or a value is not possible
     */
    static List<TaskEntry> all(StudyKeys top, StudyFlags flags, List<String> flagNames) {
        return new Reader(top, flags, flagNames).read();
    }

    private record Reader(StudyKeys top, StudyFlags flags, List<String> flagNames) {
        List<TaskEntry> read() {
            var entry = top.required("tasks", "name at least one task: tasks: [zumi], or files with train and test");
            var tasks = new ArrayList<TaskEntry>();
            for (var value : StudyKeys.items(entry)) {
                tasks.add(
                        switch (value) {
                            case Value.Scalar scalar -> bundled(entry, scalar.text());
                            case Value.Keys(List<RecipeEntry> keys) -> own(StudyKeys.inside(entry, keys));
                            case Value.Nothing _, Value.Items _ ->
                                throw StudyKeys.wrong(
                                        entry, "write the name of a bundled task, or name, train and test");
                        });
            }
            StudyKeys.unique(entry, tasks.stream().map(task -> task.task.name()).toList());
            return tasks;
        }

        private List<String> bundledNames() {
            return Stream.concat(flags.bundledTasks().stream(), flags.bundledPairTasks().stream())
                    .toList();
        }

        private TaskEntry bundled(RecipeEntry entry, String name) {
            var names = bundledNames();
            if (!names.contains(name)) {
                throw new InputError(
                        "there is no bundled task " + name,
                        StudyKeys.at(entry),
                        Spelling.didYouMean(
                                name,
                                names,
                                "choose from " + String.join(", ", names) + ", or give name, train and test"));
            }
            return new TaskEntry(
                    new StudyTask(
                            name,
                            flags.bundledPairTasks().contains(name),
                            List.of(flags.bundledTest(name).toString()),
                            knowledge(top),
                            heldOut(top),
                            limit(top)),
                    List.of(flags.bundledTrain(name)),
                    Optional.empty(),
                    new StudyKeys(StudyKeys.at(entry), List.of()));
        }

        private TaskEntry own(StudyKeys keys) {
            keys.check(KEYS, flagNames);
            var name = StudyKeys.text(keys.required("name", "name the task"));
            if (keys.find("sequence").isPresent()) return sequence(name, keys);
            boolean bundled =
                    bundledNames().contains(name) && keys.find("train").isEmpty();
            var train = bundled
                    ? List.of(flags.bundledTrain(name))
                    : paths(keys.required("train", "name a file with training rows, or a bundled task"));
            var test = bundled && keys.find("test").isEmpty()
                    ? List.of(flags.bundledTest(name).toString())
                    : StudyKeys.texts(keys.required("test", "name a file with questions of the task"));
            var knowledge = keys.find("knowledge").isPresent() ? knowledge(keys) : knowledge(top);
            var heldOut = keys.find("heldout").isPresent() ? heldOut(keys) : heldOut(top);
            return new TaskEntry(
                    new StudyTask(
                            name,
                            PreferenceKeys.arePairs(
                                    keys, bundled && flags.bundledPairTasks().contains(name)),
                            test,
                            knowledge,
                            heldOut,
                            limit(keys)),
                    train,
                    Optional.empty(),
                    keys);
        }

        /** Bundled tasks by name, or one folder or task list of {@code halftune continual}. */
        private TaskEntry sequence(String name, StudyKeys keys) {
            var entry = keys.required("sequence", "");
            for (var other : List.of("train", "test", PreferenceKeys.STAGE)) {
                if (keys.find(other).isEmpty()) continue;
                throw new InputError(
                        other + " has no effect in a sequence, whose tasks have their own rows and are supervised",
                        StudyKeys.at(keys.required(other, "")),
                        "remove it");
            }
            var words = StudyKeys.texts(entry);
            for (var word : words) {
                if (!flags.bundledPairTasks().contains(word)) continue;
                throw new InputError(
                        "the task " + word + " has preference pairs, which a sequence does not train on",
                        StudyKeys.at(entry),
                        "leave it out of the sequence, and list it under tasks");
            }
            var tasks = flags.bundledTasks().containsAll(words)
                    ? new TaskSequence(
                            words.stream()
                                    .map(word ->
                                            ContinualTask.of(word, flags.bundledTrain(word), flags.bundledTest(word)))
                                    .toList(),
                            List.of())
                    : TaskSequence.read(Path.of(words.getFirst()), List.copyOf(words.subList(1, words.size())));
            var tests = tasks.tasks().stream()
                    .map(task -> ReadyTasks.ofTrace(task.name())
                            .map(trace -> trace.name() + "=" + task.testFile())
                            .orElse(task.testFile().toString()))
                    .toList();
            var knowledge = keys.find("knowledge").isPresent() ? knowledge(keys) : knowledge(top);
            var heldOut = keys.find("heldout").isPresent() ? heldOut(keys) : heldOut(top);
            int limit = limit(keys);
            return new TaskEntry(
                    new StudyTask(name, false, tests, knowledge, heldOut, limit), List.of(), Optional.of(tasks), keys);
        }

        private List<String> knowledge(StudyKeys keys) {
            if (keys.find("knowledge").isPresent()) return StudyKeys.texts(keys.required("knowledge", ""));
            return top.find("model").isEmpty()
                    ? List.of(flags.bundledKnowledge().toString())
                    : List.of();
        }

        private List<String> heldOut(StudyKeys keys) {
            if (keys.find("heldout").isPresent()) return StudyKeys.texts(keys.required("heldout", ""));
            return top.find("model").isEmpty() ? List.of(flags.bundledHeldOut().toString()) : List.of();
        }

        /** Of the task, else of the study. */
        private int limit(StudyKeys keys) {
            return (keys.find("limit").isPresent() ? keys : top).count("limit").orElse(0);
        }

        private static List<Path> paths(RecipeEntry entry) {
            return StudyKeys.texts(entry).stream().map(Path::of).toList();
        }
    }
}
