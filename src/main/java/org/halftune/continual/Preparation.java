package org.halftune.continual;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.data.Tokenizer;
import org.halftune.problem.InputError;
import org.halftune.source.DataPart;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.checkpoint.RunFingerprint;
import org.halftune.train.export.BaseModel;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.memory.MemoryCheck;

/**
 * Reads and checks all rounds before the first begins: rows, test rows, selections and memory. An error in the last task's file then
 * shows at once, not after hours.
 */
final class Preparation {
    private final ContinualOptions options;
    private final BaseModel base;
    private final Backend backend;
    private final LocalDateTime started;
    private final Consumer<String> notice;
    private final List<PreparedRound> rounds = new ArrayList<>();
    private final List<RunFingerprint> fingerprints = new ArrayList<>();
    private final Set<String> said = new LinkedHashSet<>();

    private Preparation(
            ContinualOptions options, BaseModel base, Backend backend, LocalDateTime started, Consumer<String> notice) {
        this.options = options;
        this.base = base;
        this.backend = backend;
        this.started = started;
        this.notice = line -> {
            if (said.add(line)) notice.accept(line);
        };
    }

    /**
     * What was prepared.
     *
     * @param fingerprint of everything that determines weights and scores
     */
    record Prepared(List<PreparedRound> rounds, RunFingerprint fingerprint) {
        Prepared {
            rounds = List.copyOf(rounds);
        }

        /** Names of the parameters that are trained in any round. */
        Set<String> learned() {
            var learned = new LinkedHashSet<String>();
            rounds.forEach(round -> learned.addAll(round.selection().trainable()));
            return learned;
        }

        List<String> metrics() {
            return rounds.stream().map(round -> round.test().metric()).toList();
        }
    }

    /**
     * Reads and checks everything.
     *
     * @throws InputError with the task's name, if a file is invalid or a round does not fit in memory
     */
    static Prepared of(
            ContinualOptions options, BaseModel base, Backend backend, LocalDateTime started, Consumer<String> notice) {
        return new Preparation(options, base, backend, started, notice).read();
    }

    private Prepared read() {
        base.notices().forEach(notice);
        var model = options.rounds().getFirst().arguments().model();
        try (var tokenizer = Tokenizer.openIfThere(model.path(), base.config().vocabSize())) {
            for (var round : options.rounds()) {
                rounds.add(named(round.task(), () -> read(round, model, tokenizer)));
            }
        }
        return new Prepared(rounds, fingerprint());
    }

    private PreparedRound read(TaskRound round, TrainingArguments.Model model, Tokenizer tokenizer) {
        var arguments = inModel(round.arguments(), model);
        var test = TaskTest.read(
                round.task(),
                new TaskTest.Source(
                        model,
                        base.config(),
                        tokenizer,
                        started,
                        arguments.data().maxLength(),
                        options.scoring().most().orElse(0)),
                notice);
        var selection = TrainingInputs.selection(arguments.selecting(), base.config());
        var alone = plan(arguments, RoundStage.alone(started), notice);
        int own = rows(alone);
        var stage = stage(round, own);
        var plan = stage.equals(RoundStage.alone(started)) ? alone : plan(arguments, stage, notice);
        var check = MemoryCheck.ofRun(backend, base.config(), plan, stage);
        long memory = check.require(arguments.running().recompute()).bytes();
        fingerprints.add(RunFingerprint.of(base, selection, plan, stage.settings()));
        return new PreparedRound(
                round, stage, test, selection, own, rows(plan) - own, plan.totalSteps(), plan.totalTokens(), memory);
    }

    private TrainingPlan plan(TrainingArguments arguments, RoundStage stage, Consumer<String> said) {
        return stage.plan(arguments, base.config(), started, said);
    }

    /** Rows before packing. */
    private static int rows(TrainingPlan plan) {
        return plan.description()
                .map(data -> (int) data.trainedRows())
                .orElseGet(() -> plan.rows().size());
    }

    /** What a round trains: its rows, and what the method adds of the earlier tasks. */
    private RoundStage stage(TaskRound round, int own) {
        if (rounds.isEmpty()) return RoundStage.alone(started);
        return switch (options.method()) {
            case ContinualMethod.SeqFt _ -> RoundStage.alone(started);
            case ContinualMethod.Replay replay -> {
                int[] kept = kept(replay.memory());
                var parts = parts(round, kept, replay.replayed(kept, own));
                yield new RoundStage(started, parts, List.of(), 0, 0);
            }
            case ContinualMethod.Gem gem -> {
                int[] kept = kept(gem.memory());
                int batch = gem.batch().orElse(round.arguments().batching().trainBatchSize());
                yield new RoundStage(started, List.of(), parts(round, kept, kept), batch, gem.strength());
            }
        };
    }

    /** Rows in the memory of each earlier task. */
    private int[] kept(double memory) {
        return rounds.stream()
                .mapToInt(earlier -> ContinualMethod.kept(memory, earlier.rows()))
                .toArray();
    }

    /** The memories of the earlier tasks, in their order. */
    private List<DataPart> parts(TaskRound round, int[] kept, int[] counts) {
        var parts = new ArrayList<DataPart>();
        var most = round.arguments().data().mixing().maxSamples();
        for (int i = 0; i < kept.length; i++) {
            parts.add(DataPart.of(rounds.get(i).round().task().trainFile())
                    .first(most)
                    .remembered(kept[i], counts[i]));
        }
        return parts;
    }

    /** The arguments with the model before the first round, because the round's own does not exist yet. */
    private static TrainingArguments inModel(TrainingArguments arguments, TrainingArguments.Model model) {
        return new TrainingArguments(
                model,
                arguments.data(),
                arguments.selecting(),
                arguments.optimizing(),
                arguments.scheduling(),
                arguments.batching(),
                arguments.evaluating(),
                arguments.saving(),
                arguments.running());
    }

    /** The fingerprints of all rounds in one: what is equal in all stands once, the rest by task. */
    private RunFingerprint fingerprint() {
        var values = new LinkedHashMap<String, String>();
        values.put("the tasks (--tasks, --order)", String.join(", ", names()));
        values.put("--continual_method", options.method().toString());
        values.put("--eval_tasks", options.scoring().tasks().toString());
        for (var round : rounds) {
            String name = round.round().task().name();
            values.put(name + ": steps (--max_steps, --num_train_epochs)", Integer.toString(round.steps()));
            values.put(
                    name + ": the test rows (--max_eval_samples)",
                    round.test().questions() + " by " + round.test().metric() + " ("
                            + round.test().digest() + ")");
        }
        for (String name : fingerprints.getFirst().values().keySet()) {
            var all = fingerprints.stream()
                    .map(each -> each.values().getOrDefault(name, "not set"))
                    .toList();
            if (Set.copyOf(all).size() == 1) values.put(name, all.getFirst());
            else for (int i = 0; i < all.size(); i++) values.put(names().get(i) + ": " + name, all.get(i));
        }
        return new RunFingerprint(values);
    }

    private List<String> names() {
        return rounds.stream().map(round -> round.round().task().name()).toList();
    }

    private static <T> T named(ContinualTask task, Supplier<T> work) {
        try {
            return work.get();
        } catch (InputError e) {
            String name = "task " + task.name();
            throw new InputError(e.what().contains(name) ? e.what() : name + ": " + e.what(), e.where(), e.fix());
        }
    }
}
