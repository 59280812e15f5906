package org.halftune.study;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.data.Tokenizer;
import org.halftune.eval.task.TaskQuestion;
import org.halftune.hft.Freeze;
import org.halftune.hft.HalfReset;
import org.halftune.hft.Selection;
import org.halftune.model.LlamaConfig;
import org.halftune.model.WeightSource;
import org.halftune.problem.InputError;
import org.halftune.report.Figures;
import org.halftune.report.study.RateAndSteps;
import org.halftune.report.study.SuiteSplit;
import org.halftune.report.study.TaskSuites;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.checkpoint.RunFingerprint;
import org.halftune.train.export.BaseModel;
import org.halftune.train.export.Digests;
import org.halftune.train.importance.Importance;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.input.TrainingPlan;

/** The inputs of a study, read once and shared by all cells: base model, rows, and what is scored. Allocates nothing on a device. */
final class StudyInputs implements AutoCloseable {
    private final Design design;
    private final Consumer<String> notice;
    private final BaseModel base;
    private final WeightSource weights;
    private final Tokenizer tokenizer;
    private final SuiteReader reader;
    private final LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
    private final Map<RowsKey, TrainingPlan> plans = new HashMap<>();
    private final Map<ScoreKey, Selecting> scores = new HashMap<>();

    /** Rows depend on the seed only if they are drawn; reading them for each seed is simpler, and cheap for what a study trains. */
    private record RowsKey(
            TrainingArguments.Model model, TrainingArguments.Data data, long seed, Class<? extends Stage> stage) {}

    private record ScoreKey(Selecting selecting, TrainingArguments.Model model, TrainingArguments.Data data) {}

    StudyInputs(Design design, Consumer<String> notice) {
        this.design = design;
        this.notice = notice;
        var first = design.arms().getFirst();
        var arguments = first.training()
                .arguments(first.settings().getFirst(), design.seeds().getFirst());
        if (arguments.model().fromScratch()) {
            throw new InputError("a study begins with a trained model", "--from_scratch", "leave it out");
        }
        base = BaseModel.open(arguments.model(), 0);
        weights = base.source().orElseThrow();
        base.notices().forEach(notice);
        tokenizer =
                Tokenizer.openIfThere(arguments.model().path(), base.config().vocabSize());
        reader = new SuiteReader(tokenizer, base.config(), now, notice);
    }

    LlamaConfig config() {
        return base.config();
    }

    WeightSource weights() {
        return weights;
    }

    /** {@code models/world-4m (4.07 M parameters)}. */
    String model() {
        var first = design.arms().getFirst();
        var path = first.training()
                .arguments(first.settings().getFirst(), design.seeds().getFirst())
                .model()
                .path()
                .toAbsolutePath()
                .normalize();
        int parts = path.getNameCount();
        return path.subpath(Math.max(0, parts - 2), parts) + " ("
                + Figures.count(Selection.full(config()).count().total()) + " parameters)";
    }

    /** Cells of the base model: each suite once. */
    List<Cell.Base> baseCells(DType storage) {
        var cells = new LinkedHashMap<String, Cell.Base>();
        for (var task : design.tasks()) {
            for (var suite : suites(task)) {
                cells.computeIfAbsent(suite.name(), _ -> new Cell.Base(key(Map.of(), List.of(suite), storage), suite));
            }
        }
        return List.copyOf(cells.values());
    }

    /** All cells with training: the first seed of every method first, so that a study that is stopped early says something. */
    List<Cell> trainingCells(Backend backend) {
        var cells = new ArrayList<Cell>();
        for (long seed : design.seeds()) {
            for (var arm : design.arms()) {
                for (var setting : arm.settings()) {
                    cells.add(
                            switch (arm.training()) {
                                case Design.Single single -> single(arm, single, setting, seed, backend);
                                case Design.Sequence sequence -> sequence(arm, sequence, setting, seed, backend);
                            });
                }
            }
        }
        return cells;
    }

    private Cell single(Design.Arm arm, Design.Single single, RateAndSteps setting, long seed, Backend backend) {
        var suites = suites(design.task(arm.task()));
        var arguments = single.arguments(setting, seed);
        var plan = plan(arguments, single.stage());
        var selection = TrainingInputs.selection(scored(arguments, backend), config());
        var values = new LinkedHashMap<>(
                RunFingerprint.of(base, selection, plan, single.stage().settings())
                        .values());
        values.put("steps", Integer.toString(plan.totalSteps()));
        var training = key(values, suites, backend.storage());
        var reset = single.reset()
                .map(of -> HalfReset.of(TrainingInputs.selection(of.apply(seed), config()), Freeze.NOTHING, false)
                        .names())
                .orElse(Set.of());
        if (!reset.isEmpty()) values.put("reset", String.join(" ", reset));
        return new Cell.Single(
                key(values, suites, backend.storage()),
                training,
                arm.task(),
                arm.method(),
                setting,
                seed,
                selection,
                single.stage(),
                plan,
                reset,
                suites);
    }

    private Cell sequence(Design.Arm arm, Design.Sequence sequence, RateAndSteps setting, long seed, Backend backend) {
        var suites = suites(design.task(arm.task()));
        var options = sequence.rounds().at(setting, seed, Path.of(""));
        var values = new LinkedHashMap<String, String>();
        values.put("continual_method", options.method().toString());
        int steps = 0;
        double trainable = Double.NaN;
        for (var round : options.rounds()) {
            var arguments = withBase(round.arguments());
            var plan = plan(arguments, new Stage.Supervised());
            var selection = TrainingInputs.selection(scored(arguments, backend), config());
            RunFingerprint.of(base, selection, plan, Map.of())
                    .values()
                    .forEach((name, value) -> values.put("round " + round.number() + ": " + name, value));
            values.put("round " + round.number() + ": steps", Integer.toString(plan.totalSteps()));
            steps += plan.totalSteps();
            if (Double.isNaN(trainable)) trainable = selection.count().share();
        }
        return new Cell.Sequence(
                key(values, suites, backend.storage()),
                arm.task(),
                arm.method(),
                setting,
                seed,
                folder -> sequence.rounds().at(setting, seed, folder),
                steps,
                trainable,
                suites);
    }

    /** The arguments of a round, whose model does not exist yet, with the base model. */
    private TrainingArguments withBase(TrainingArguments round) {
        var first = design.arms().getFirst();
        var model = first.training()
                .arguments(first.settings().getFirst(), design.seeds().getFirst())
                .model();
        return new TrainingArguments(
                model,
                round.data(),
                round.selecting(),
                round.optimizing(),
                round.scheduling(),
                round.batching(),
                round.evaluating(),
                round.saving(),
                round.running());
    }

    /** What each task is scored on, with the questions to choose on. */
    List<TaskSuites> taskSuites() {
        return design.tasks().stream()
                .map(task -> {
                    var suites = suites(task);
                    int tests = task.test().size();
                    int questions = tests + task.knowledge().size();
                    return new TaskSuites(
                            task.name(),
                            suites.subList(0, tests).stream().map(this::split).toList(),
                            suites.subList(tests, questions).stream()
                                    .map(this::split)
                                    .toList());
                })
                .toList();
    }

    private SuiteSplit split(Suite suite) {
        return switch (suite) {
            case Suite.Questions of ->
                design.choice()
                        .split(
                                of.name(),
                                of.questions().stream()
                                        .map(question -> Arrays.toString(question.promptIds()))
                                        .toList());
            case Suite.Evaluated of ->
                design.choice()
                        .split(
                                of.name(),
                                of.questions().questions().stream()
                                        .map(TaskQuestion::prompt)
                                        .toList());
            case Suite.Pairs of -> design.choice().split(of.name(), of.prompts());
            case Suite.Text of -> throw new IllegalStateException(of.name() + " has no questions");
        };
    }

    private List<Suite> suites(StudyTask task) {
        var arm = design.arms().stream()
                .filter(one -> one.task().equals(task.name()))
                .findFirst()
                .orElseThrow();
        return reader.of(
                task,
                arm.training()
                        .arguments(arm.settings().getFirst(), design.seeds().getFirst()));
    }

    /** The selection's arguments with the scores of its source data, which are computed once for all rates and steps. */
    private Selecting scored(TrainingArguments arguments, Backend backend) {
        var source = arguments.selecting().unscored();
        if (source.isEmpty()) return arguments.selecting();
        var data = arguments.data().ofSource(source.get().file());
        return scores.computeIfAbsent(
                new ScoreKey(arguments.selecting(), arguments.model(), data),
                key -> new Importance(backend, config(), base.start(), notice)
                        .scored(key.selecting, key.model, key.data));
    }

    private TrainingPlan plan(TrainingArguments arguments, Stage stage) {
        var quiet = arguments.withoutEvaluation();
        var key = new RowsKey(
                arguments.model(), arguments.data(), arguments.running().seed(), stage.getClass());
        var rows = plans.computeIfAbsent(
                key,
                _ -> stage.plan(quiet, config(), now, line -> {
                    if (plans.isEmpty()) notice.accept(line);
                }));
        return rows.with(quiet);
    }

    private String key(Map<String, String> training, List<Suite> suites, DType storage) {
        var digest = Digests.sha256();
        var text = new StringBuilder(base.fingerprint() + "\n" + storage + "\n");
        training.forEach(
                (name, value) -> text.append(name).append('\t').append(value).append('\n'));
        for (var suite : suites)
            text.append(suite.name()).append('\t').append(suite.digest()).append('\n');
        digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    @Override
    public void close() {
        tokenizer.close();
        base.close();
    }
}
