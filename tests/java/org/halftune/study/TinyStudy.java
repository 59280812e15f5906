package org.halftune.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.LongFunction;
import org.halftune.TinyModel;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.continual.ContinualMethod;
import org.halftune.continual.ContinualOptions;
import org.halftune.continual.ContinualTask;
import org.halftune.continual.Scoring;
import org.halftune.continual.TaskSequence;
import org.halftune.report.study.RateAndSteps;
import org.halftune.report.study.StudyResult;
import org.halftune.train.StopSignal;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.Stage;
import org.halftune.train.preference.PreferenceStage;

/** A study of a tiny model: two methods, two rates, two seeds, three steps. */
final class TinyStudy {
    final Path output;
    final List<String> notices = new ArrayList<>();
    StopSignal stop = new StopSignal();
    int parallel = 1;
    double choose = 0.5;
    List<Long> seeds = List.of(1L, 2L);
    List<Double> rates = List.of(1e-3, 2e-3);
    /** Also FFT with a half-reset, and a sequence of the task and another one. */
    boolean reset;

    boolean sequence;
    /** Preference optimization on pairs, instead of supervised fine-tuning. */
    Optional<Preferring> preferring = Optional.empty();

    final Path pairs;
    private final Path model;
    private final Path train;
    private final Path test;

    TinyStudy(Path folder) throws IOException {
        output = folder.resolve("out");
        model = TinyModel.write(folder.resolve("model"));
        train = folder.resolve("train.jsonl");
        test = folder.resolve("test.jsonl");
        pairs = folder.resolve("pairs.jsonl");
        Files.writeString(
                pairs,
                rows(12).replaceAll("\"completion\": \"(.*)\"}", "\"chosen\": \"$1\", \"rejected\": \"not $1\"}"));
        Files.writeString(train, rows(12));
        Files.writeString(test, rows(6));
    }

    private static String rows(int count) {
        var rows = new StringBuilder();
        for (int i = 0; i < count; i++) {
            rows.append("{\"prompt\": \"word ")
                    .append(i)
                    .append("\", \"completion\": \"of ")
                    .append(i % 3)
                    .append("\"}\n");
        }
        return rows.toString();
    }

    Design design() {
        if (sequence) return sequence();
        var settings = rates.stream().map(rate -> new RateAndSteps(rate, 3)).toList();
        return new Design("tiny", List.of(task()), arms(settings), "FFT", seeds, new Choice(choose, 0), List.of());
    }

    private StudyTask task() {
        if (preferring.isEmpty()) return StudyTask.ofFiles("words", List.of(test), List.of(train), List.of(train));
        var old = List.of(train.toString());
        return new StudyTask("words", true, List.of(pairs.toString()), old, old, 0);
    }

    private Design.Single single(boolean full, Optional<LongFunction<Selecting>> reset) {
        var stage = preferring.<Stage>map(PreferenceStage::open).orElseGet(Stage.Supervised::new);
        return new Design.Single((setting, seed) -> form(full, setting, seed).build(), stage, reset);
    }

    private List<Design.Arm> arms(List<RateAndSteps> settings) {
        var arms = new ArrayList<Design.Arm>(List.of(
                new Design.Arm("words", "FFT", settings, single(true, Optional.empty())),
                new Design.Arm("words", "HFT", settings, single(false, Optional.empty()))));
        if (reset) {
            LongFunction<Selecting> half =
                    seed -> form(false, settings.getFirst(), seed).selecting();
            arms.add(new Design.Arm("words", "reset", settings, single(true, Optional.of(half))));
        }
        return arms;
    }

    private Design sequence() {
        var tasks = new TaskSequence(
                List.of(ContinualTask.of("first", train, test), ContinualTask.of("second", test, train)), List.of());
        var settings = rates.stream().map(rate -> new RateAndSteps(rate, 3)).toList();
        return new Design(
                "tiny sequence",
                List.of(StudyTask.ofFiles("sequence", List.of(test, train), List.of(), List.of(train))),
                List.of(
                        new Design.Arm("sequence", "FFT", settings, new Design.Sequence(rounds(tasks, true))),
                        new Design.Arm("sequence", "HFT", settings, new Design.Sequence(rounds(tasks, false)))),
                "FFT",
                seeds,
                new Choice(choose, 0),
                List.of());
    }

    private Design.Rounds rounds(TaskSequence tasks, boolean full) {
        var choices = new ContinualOptions.Choices(
                new ContinualMethod.Replay(2, OptionalDouble.empty()),
                new Scoring(Scoring.Tasks.SEEN, OptionalInt.empty()),
                ContinualOptions.Keep.LAST,
                List.of());
        return (setting, seed, folder) -> {
            var form = form(full, setting, seed);
            form.outputDir = folder;
            return ContinualOptions.of(form, tasks, choices, "");
        };
    }

    TrainingArgumentsBuilder form(boolean full, RateAndSteps setting, long seed) {
        var form = new TrainingArgumentsBuilder();
        form.modelNameOrPath = model;
        form.trainFiles = List.of(preferring.isEmpty() ? train : pairs);
        form.outputDir = output;
        form.perDeviceTrainBatchSize = 2;
        form.learningRate = setting.learningRate();
        form.maxSteps = setting.steps();
        form.seed = seed;
        form.method = full ? Method.FFT : Method.HFT;
        return form;
    }

    StudyResult run() {
        return study(new StudyListener() {
                    @Override
                    public void notice(String line) {
                        notices.add(line);
                    }
                })
                .run()
                .orElseThrow();
    }

    StudyRun study(StudyListener listener) {
        var machine = new Machine(() -> CpuBackend.open(1), 1, OptionalInt.of(parallel));
        return new StudyRun(design(), output, machine, listener, stop);
    }
}
