package org.halftune.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.halftune.continual.TaskSequence;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.RecipeEntry;
import org.halftune.recipe.RecipeFile;
import org.halftune.recipe.Value;
import org.halftune.report.study.PaperFigure;
import org.halftune.report.study.RateAndSteps;
import org.halftune.train.input.Stage;
import org.halftune.train.preference.PreferenceStage;

/**
 * A study file: YAML with the keys below and those of {@link TaskEntry} and {@link MethodEntry}; every other key is a flag of {@code halftune train} or {@code halftune dpo}, for all cells at
 * the top, for one task or one method inside it.
 *
 * @param threads CPU threads of a cell, if given
 * @param parallel cells at the same time, if given
 * @param notices what was left out of the sequences of tasks, for the user
 */
public record StudyFile(Design design, OptionalInt threads, OptionalInt parallel, List<String> notices) {
    static final String RATES = "learning_rate";
    static final String STEPS = "max_steps";
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
    private static final List<String> OF_PAPER = List.of("claim", "figure", "measured_on");

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
            var tasks = TaskEntry.all(top, flags, flagNames);
            var methods = MethodEntry.all(top, flagNames);
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
            var notices = tasks.stream()
                    .flatMap(task -> task.sequence().stream())
                    .flatMap(sequence -> sequence.notices().stream())
                    .toList();
            return new StudyFile(design, top.count("threads"), top.count("parallel"), notices);
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
            StudyKeys.unique(
                    top.required("seeds", ""),
                    seeds.stream().map(String::valueOf).toList());
            return seeds;
        }

        private List<Design.Arm> arms(List<TaskEntry> tasks, List<MethodEntry> methods) {
            var model = top.text("model").map(Path::of).orElseGet(flags::bundledModel);
            var arms = new ArrayList<Design.Arm>();
            boolean somePairs = tasks.stream().anyMatch(entry -> entry.task().pairs());
            for (var task : tasks) {
                for (var method : methods) {
                    var own = StudyKeys.merged(task.keys().flags(TaskEntry.KEYS), method.flags());
                    if (!task.task().pairs()) {
                        var given = somePairs ? own : StudyKeys.merged(top.flags(TOP), own);
                        PreferenceKeys.refuse(ofPreferences, task.task().name(), given);
                    }
                    var all = StudyKeys.merged(top.flags(TOP), own);
                    arms.add(new Design.Arm(
                            task.task().name(),
                            method.name(),
                            settings(task.keys(), method.keys()),
                            task.sequence()
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
            if (!task.task().pairs()) return new Stage.Supervised();
            PreferenceKeys.refuseOfOtherRows(task.task().name(), all);
            return PreferenceStage.open(flags.preferring(PreferenceKeys.only(ofPreferences, all, true)));
        }

        private Design.Training single(Path model, TaskEntry task, MethodEntry method, List<RecipeEntry> all) {
            for (var key : SequenceMethod.KEYS) {
                if (method.keys().find(key).isEmpty()) continue;
                throw new InputError(
                        key + " has no effect on the task " + task.task().name() + ", which is not a sequence",
                        StudyKeys.at(method.keys().required(key, "")),
                        "give the task a sequence, or remove the key");
            }
            var stage = stage(task, all);
            var training = ofTraining(all);
            Design.Arguments at = (setting, seed) -> flags.training(model, task.train(), training, setting, seed);
            var ratio = method.keys().find("reset_ratio");
            if (ratio.isEmpty()) {
                method.keys().find("reset_strategy").ifPresent(alone -> {
                    throw new InputError(
                            "reset_strategy has no effect without reset_ratio", StudyKeys.at(alone), "add reset_ratio");
                });
                return new Design.Single(at, stage, Optional.empty());
            }
            var reset = new ArrayList<RecipeEntry>();
            reset.add(renamed("hft_ratio", ratio.get()));
            method.keys().find("reset_strategy").ifPresent(entry -> reset.add(renamed("hft_strategy", entry)));
            var any = new RateAndSteps(1, 1);
            return new Design.Single(
                    at,
                    stage,
                    Optional.of(seed -> flags.training(model, task.train(), reset, any, seed)
                            .selecting()));
        }

        private static RecipeEntry renamed(String key, RecipeEntry entry) {
            return new RecipeEntry(key, entry.value(), entry.origin());
        }

        private Design.Training sequence(Path model, TaskSequence tasks, MethodEntry method, List<RecipeEntry> all) {
            if (method.keys().find("reset_ratio").isPresent()) {
                throw new InputError(
                        "reset_ratio has no effect on a sequence",
                        StudyKeys.at(method.keys().required("reset_ratio", "")),
                        "remove it");
            }
            var how = SequenceMethod.of(method.keys());
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
            for (var value : StudyKeys.items(entry.get())) {
                if (!(value instanceof Value.Keys(List<RecipeEntry> all))) {
                    throw StudyKeys.wrong(entry.get(), "write claim, figure and measured_on");
                }
                var keys = StudyKeys.inside(entry.get(), all);
                keys.check(OF_PAPER, List.of());
                figures.add(new PaperFigure(
                        StudyKeys.text(keys.required("claim", "say what the figure says")),
                        StudyKeys.text(keys.required("figure", "give the published figure")),
                        StudyKeys.text(keys.required("measured_on", "name the model and the data"))));
            }
            return figures;
        }
    }
}
