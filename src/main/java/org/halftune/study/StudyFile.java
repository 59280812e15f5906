package org.halftune.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.halftune.continual.ContinualTask;
import org.halftune.continual.TaskSequence;
import org.halftune.eval.task.ReadyTasks;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.KeyLocation;
import org.halftune.recipe.RecipeEntry;
import org.halftune.recipe.RecipeFile;
import org.halftune.recipe.Value;
import org.halftune.report.study.PaperFigure;
import org.halftune.report.study.RateAndSteps;
import org.halftune.train.input.Stage;
import org.halftune.train.preference.PreferenceStage;

/**
 * A study file: YAML with the keys below; every other key is a flag of {@code halftune train} or {@code halftune dpo}, for all cells at
 * the top, for one task or one method inside it.
 *
 * @param threads CPU threads of a cell, if given
 * @param parallel cells at the same time, if given
 */
public record StudyFile(Design design, OptionalInt threads, OptionalInt parallel) {
    private static final String RATES = "learning_rate";
    private static final String STEPS = "max_steps";
    private static final List<String> TOP = List.of(
            "title",
            "model",
            "tasks",
            "methods",
            "baseline",
            RATES,
            STEPS,
            "seeds",
            "choose",
            "choose_seed",
            "knowledge",
            "heldout",
            "limit",
            "threads",
            "parallel",
            "paper");
    private static final List<String> OF_TASK = List.of(
            "name", "train", "test", "knowledge", "heldout", "limit", "sequence", PreferenceKeys.STAGE, RATES, STEPS);
    private static final List<String> OF_METHOD = Stream.concat(
                    Stream.of("name", RATES, STEPS, "reset_ratio", "reset_strategy"), SequenceMethod.KEYS.stream())
            .toList();
    private static final List<String> OF_PAPER = List.of("claim", "figure", "measured_on");
    /** Flags of a method that may have a list: one method for each value. */
    private static final List<String> EXPANDED = List.of("hft_strategy", "hft_ratio", "reset_ratio");

    /** @throws InputError with file and line if a key or a value is not possible */
    public static StudyFile read(Path file, StudyFlags flags) {
        return new Reader(file, flags).read();
    }

    private static final class Reader {
        private final Path file;
        private final StudyFlags flags;
        private final StudyKeys top;
        private final List<String> ofPreferences;
        private final List<String> flagNames;

        Reader(Path file, StudyFlags flags) {
            this.file = file;
            this.flags = flags;
            ofPreferences = flags.preferenceNames();
            flagNames = Stream.concat(flags.names().stream(), ofPreferences.stream())
                    .toList();
            top = new StudyKeys(file.toString(), RecipeFile.read(file));
        }

        StudyFile read() {
            top.check(TOP, flagNames);
            var tasks = tasks();
            var methods = methods();
            var seeds = seeds();
            var design = new Design(
                    top.text("title").orElse(file.getFileName().toString().replaceFirst("\\.ya?ml$", "")),
                    tasks.stream().map(TaskEntry::task).toList(),
                    arms(tasks, methods),
                    baseline(methods),
                    seeds,
                    new Choice(
                            top.numbers("choose").stream().findFirst().orElse(0.3),
                            top.wholes("choose_seed").stream().findFirst().orElse(0L)),
                    paper());
            return new StudyFile(design, count("threads"), count("parallel"));
        }

        /** A task of the file. */
        private record TaskEntry(StudyTask task, List<Path> train, Optional<TaskSequence> sequence, StudyKeys keys) {}

        /** A method of the file, after lists are expanded. */
        private record MethodEntry(String name, List<RecipeEntry> flags, StudyKeys keys) {}

        private List<TaskEntry> tasks() {
            var entry = top.required("tasks", "name at least one task: tasks: [zumi], or files with train and test");
            var tasks = new ArrayList<TaskEntry>();
            for (var value : items(entry)) {
                tasks.add(
                        switch (value) {
                            case Value.Scalar scalar -> bundled(entry, scalar.text());
                            case Value.Keys(List<RecipeEntry> keys) -> own(new StudyKeys(where(keys, entry), keys));
                            case Value.Nothing _, Value.Items _ ->
                                throw StudyKeys.wrong(
                                        entry, "write the name of a bundled task, or name, train and test");
                        });
            }
            unique(entry, tasks.stream().map(task -> task.task.name()).toList());
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
            keys.check(OF_TASK, flagNames);
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
                            limit(keys.find("limit").isPresent() ? keys : top)),
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
            int limit = limit(keys.find("limit").isPresent() ? keys : top);
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

        private List<MethodEntry> methods() {
            var entry = top.required("methods", "name at least two methods: - {name: FFT, method: fft}");
            var methods = new ArrayList<MethodEntry>();
            for (var value : items(entry)) {
                if (!(value instanceof Value.Keys(List<RecipeEntry> keys))) {
                    throw StudyKeys.wrong(entry, "write a list of methods: - {name: HFT, method: hft}");
                }
                methods.addAll(expanded(new StudyKeys(where(keys, entry), keys)));
            }
            unique(entry, methods.stream().map(MethodEntry::name).toList());
            return methods;
        }

        /** One method for each value of {@code hft_strategy} and {@code hft_ratio}, with the value in its name. */
        private List<MethodEntry> expanded(StudyKeys keys) {
            keys.check(OF_METHOD, flagNames);
            var name = StudyKeys.text(keys.required("name", "name the method"));
            var methods = List.of(new MethodEntry(name, keys.flags(OF_METHOD), keys));
            for (var key : EXPANDED) {
                var list = keys.find(key).filter(entry -> entry.value() instanceof Value.Items);
                if (list.isEmpty()) continue;
                var more = new ArrayList<MethodEntry>();
                for (var method : methods) {
                    for (var text : StudyKeys.texts(list.get())) {
                        var one = new RecipeEntry(
                                key, new Value.Scalar(text, true), list.get().origin());
                        boolean own = OF_METHOD.contains(key);
                        more.add(new MethodEntry(
                                method.name + " " + text,
                                own ? method.flags : merged(method.flags, List.of(one)),
                                own
                                        ? new StudyKeys(
                                                method.keys.where(), merged(method.keys.entries(), List.of(one)))
                                        : method.keys));
                    }
                }
                methods = more;
            }
            return methods;
        }

        private String baseline(List<MethodEntry> methods) {
            var names = methods.stream().map(MethodEntry::name).toList();
            var asked = top.text("baseline").orElse(names.getFirst());
            if (names.contains(asked)) return asked;
            throw new InputError(
                    "baseline: there is no method " + asked,
                    StudyKeys.at(top.required("baseline", "")),
                    Spelling.didYouMean(asked, names, "choose from " + String.join(", ", names)));
        }

        private List<Long> seeds() {
            var seeds = top.wholes("seeds");
            if (seeds.isEmpty())
                throw new InputError("seeds is missing", file.toString(), "give some: seeds: [1, 2, 3]");
            unique(
                    top.required("seeds", ""),
                    seeds.stream().map(String::valueOf).toList());
            return seeds;
        }

        private List<Design.Arm> arms(List<TaskEntry> tasks, List<MethodEntry> methods) {
            var model = top.text("model").map(Path::of).orElseGet(flags::bundledModel);
            var arms = new ArrayList<Design.Arm>();
            boolean somePairs = tasks.stream().anyMatch(entry -> entry.task.pairs());
            for (var task : tasks) {
                for (var method : methods) {
                    var own = merged(task.keys.flags(OF_TASK), method.flags);
                    if (!task.task.pairs()) {
                        var given = somePairs ? own : merged(top.flags(TOP), own);
                        PreferenceKeys.refuse(ofPreferences, task.task.name(), given);
                    }
                    var all = merged(top.flags(TOP), own);
                    arms.add(new Design.Arm(
                            task.task.name(),
                            method.name,
                            settings(task.keys, method.keys),
                            task.sequence
                                    .<Design.Training>map(of -> sequence(model, of, method, ofTraining(all)))
                                    .orElseGet(() -> single(model, task, method, all))));
                }
            }
            return arms;
        }

        /** Without the flags of {@code dpo} alone, which other tasks of the study have. */
        private List<RecipeEntry> ofTraining(List<RecipeEntry> all) {
            return PreferenceKeys.only(ofPreferences, all, false);
        }

        private Stage stage(TaskEntry task, List<RecipeEntry> all) {
            if (!task.task.pairs()) return new Stage.Supervised();
            PreferenceKeys.refuseOfOtherRows(task.task.name(), all);
            return PreferenceStage.open(flags.preferring(PreferenceKeys.only(ofPreferences, all, true)));
        }

        private Design.Training single(Path model, TaskEntry task, MethodEntry method, List<RecipeEntry> all) {
            for (var key : SequenceMethod.KEYS) {
                if (method.keys.find(key).isEmpty()) continue;
                throw new InputError(
                        key + " has no effect on the task " + task.task.name() + ", which is not a sequence",
                        StudyKeys.at(method.keys.required(key, "")),
                        "give the task a sequence, or remove the key");
            }
            var stage = stage(task, all);
            var training = ofTraining(all);
            Design.Arguments at = (setting, seed) -> flags.training(model, task.train, training, setting, seed);
            var ratio = method.keys.find("reset_ratio");
            if (ratio.isEmpty()) {
                method.keys.find("reset_strategy").ifPresent(alone -> {
                    throw new InputError(
                            "reset_strategy has no effect without reset_ratio", StudyKeys.at(alone), "add reset_ratio");
                });
                return new Design.Single(at, stage, Optional.empty());
            }
            var reset = new ArrayList<RecipeEntry>();
            reset.add(renamed("hft_ratio", ratio.get()));
            method.keys.find("reset_strategy").ifPresent(entry -> reset.add(renamed("hft_strategy", entry)));
            var any = new RateAndSteps(1, 1);
            return new Design.Single(
                    at,
                    stage,
                    Optional.of(seed ->
                            flags.training(model, task.train, reset, any, seed).selecting()));
        }

        private static RecipeEntry renamed(String key, RecipeEntry entry) {
            return new RecipeEntry(key, entry.value(), entry.origin());
        }

        private Design.Training sequence(Path model, TaskSequence tasks, MethodEntry method, List<RecipeEntry> all) {
            if (method.keys.find("reset_ratio").isPresent()) {
                throw new InputError(
                        "reset_ratio has no effect on a sequence",
                        StudyKeys.at(method.keys.required("reset_ratio", "")),
                        "remove it");
            }
            var how = SequenceMethod.of(method.keys);
            return new Design.Sequence(
                    (setting, seed, folder) -> flags.sequence(model, tasks, how, all, setting, seed, folder));
        }

        /** Rates and steps of the method, else of the task, else of the study. */
        private List<RateAndSteps> settings(StudyKeys task, StudyKeys method) {
            var rates = first(RATES, method, task);
            var steps = first(STEPS, method, task);
            var settings = new LinkedHashSet<RateAndSteps>();
            for (double step : steps) {
                for (double rate : rates) settings.add(new RateAndSteps(rate, (int) step));
            }
            return settings.stream().sorted().toList();
        }

        private List<Double> first(String key, StudyKeys method, StudyKeys task) {
            var keys = Stream.of(method, task, top)
                    .filter(map -> map.find(key).isPresent())
                    .findFirst()
                    .orElseThrow(() -> new InputError(
                            key + " is missing",
                            method.where(),
                            "give it at the top of the study file, or with the method: " + key
                                    + (key.equals(RATES) ? ": [2e-4, 4e-4]" : ": 200")));
            var values = keys.numbers(key);
            for (double value : values) {
                boolean possible = key.equals(RATES) ? value > 0 : value >= 1 && value == Math.rint(value);
                if (!possible) {
                    throw StudyKeys.wrong(
                            keys.required(key, ""),
                            key.equals(RATES) ? "give rates above 0" : "give whole numbers of steps, at least 1");
                }
            }
            return values;
        }

        private List<PaperFigure> paper() {
            var figures = new ArrayList<PaperFigure>();
            var entry = top.find("paper");
            if (entry.isEmpty()) return figures;
            for (var value : items(entry.get())) {
                if (!(value instanceof Value.Keys(List<RecipeEntry> all))) {
                    throw StudyKeys.wrong(entry.get(), "write claim, figure and measured_on");
                }
                var keys = new StudyKeys(where(all, entry.get()), all);
                keys.check(OF_PAPER, List.of());
                figures.add(new PaperFigure(
                        StudyKeys.text(keys.required("claim", "say what the figure says")),
                        StudyKeys.text(keys.required("figure", "give the published figure")),
                        StudyKeys.text(keys.required("measured_on", "name the model and the data"))));
            }
            return figures;
        }

        private static int limit(StudyKeys keys) {
            return count(keys, "limit").orElse(0);
        }

        private OptionalInt count(String key) {
            return count(top, key);
        }

        private static OptionalInt count(StudyKeys keys, String key) {
            var values = keys.wholes(key);
            if (values.isEmpty()) return OptionalInt.empty();
            if (values.getFirst() < 1 || values.getFirst() > Integer.MAX_VALUE) {
                throw StudyKeys.wrong(keys.required(key, ""), "give a number of at least 1");
            }
            return OptionalInt.of(values.getFirst().intValue());
        }

        private static List<Value> items(RecipeEntry entry) {
            if (entry.value() instanceof Value.Items(List<Value> values) && !values.isEmpty()) return values;
            if (entry.value() instanceof Value.Items)
                throw new InputError(entry.key() + " is empty", StudyKeys.at(entry), "give at least one");
            throw StudyKeys.wrong(entry, "write a list: one item a line, each with a dash");
        }

        private static List<Path> paths(RecipeEntry entry) {
            return StudyKeys.texts(entry).stream().map(Path::of).toList();
        }

        private static String where(List<RecipeEntry> keys, RecipeEntry list) {
            return keys.stream()
                    .map(RecipeEntry::origin)
                    .findFirst()
                    .map(KeyLocation::toString)
                    .orElse(StudyKeys.at(list));
        }

        private static void unique(RecipeEntry entry, List<String> names) {
            var known = new LinkedHashSet<String>();
            for (var name : names) {
                if (known.add(name)) continue;
                throw new InputError(
                        entry.key() + ": " + name + " occurs twice",
                        StudyKeys.at(entry),
                        "give each a name of its own");
            }
        }

        /** The entries of both; those of {@code later} replace equal keys. */
        private static List<RecipeEntry> merged(List<RecipeEntry> earlier, List<RecipeEntry> later) {
            Map<String, RecipeEntry> all = new LinkedHashMap<>();
            earlier.forEach(entry -> all.put(StudyKeys.name(entry), entry));
            later.forEach(entry -> all.put(StudyKeys.name(entry), entry));
            return List.copyOf(all.values());
        }
    }
}
