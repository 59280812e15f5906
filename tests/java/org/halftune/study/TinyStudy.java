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
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** A study of a tiny model: two methods, two rates, two seeds, three steps. */
final class TinyStudy {
    final Path output;
    final List<String> notices = new ArrayList<>();
    StopSignal stop = new StopSignal();
    int parallel = 1;
    double choose = 0.5;
    List<Double> rates = List.of(1e-3, 2e-3);
    /** Also FFT with a half-reset, and a sequence of the task and another one. */
    boolean reset;

    boolean sequence;
    private final Path model;
    private final Path train;
    private final Path test;

    TinyStudy(Path folder) throws IOException {
        output = folder.resolve("out");
        model = TinyModel.write(folder.resolve("model"));
        train = folder.resolve("train.jsonl");
        test = folder.resolve("test.jsonl");
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
        return new Design(
                "tiny",
                List.of(StudyTask.ofFiles("words", List.of(test), List.of(train), List.of(train))),
                arms(settings),
                "FFT",
                List.of(1L, 2L),
                new Choice(choose, 0),
                List.of());
    }

    private List<Design.Arm> arms(List<RateAndSteps> settings) {
        var arms = new ArrayList<Design.Arm>(List.of(
                new Design.Arm(
                        "words", "FFT", settings, new Design.Sft((setting, seed) -> training(true, setting, seed))),
                new Design.Arm(
                        "words", "HFT", settings, new Design.Sft((setting, seed) -> training(false, setting, seed)))));
        if (reset) {
            LongFunction<Selecting> half =
                    seed -> form(false, settings.getFirst(), seed).selecting();
            arms.add(new Design.Arm(
                    "words",
                    "reset",
                    settings,
                    new Design.Sft((setting, seed) -> training(true, setting, seed), Optional.of(half))));
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
                List.of(1L, 2L),
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

    private TrainingArguments training(boolean full, RateAndSteps setting, long seed) {
        return form(full, setting, seed).build();
    }

    private TrainingArgumentsBuilder form(boolean full, RateAndSteps setting, long seed) {
        var form = new TrainingArgumentsBuilder();
        form.modelNameOrPath = model;
        form.trainFiles = List.of(train);
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
