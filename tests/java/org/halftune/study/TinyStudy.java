package org.halftune.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.halftune.TinyModel;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.report.study.Setting;
import org.halftune.report.study.StudyResult;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** A study of a tiny model: two methods, two rates, two seeds, three steps. */
final class TinyStudy {
    final Path output;
    final List<String> notices = new ArrayList<>();
    int parallel = 1;
    double choose = 0.5;
    List<Double> rates = List.of(1e-3, 2e-3);
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
            rows.append("{\"prompt\": \"word ").append(i).append("\", \"completion\": \"of ").append(i % 3).append("\"}\n");
        }
        return rows.toString();
    }

    Design design() {
        var settings = rates.stream().map(rate -> new Setting(rate, 3)).toList();
        return new Design(
                "tiny",
                List.of(StudyTask.ofFiles("words", List.of(test), List.of(train), List.of(train))),
                List.of(
                        new Design.Arm("words", "FFT", settings, (setting, seed) -> training(true, setting, seed)),
                        new Design.Arm("words", "HFT", settings, (setting, seed) -> training(false, setting, seed))),
                "FFT",
                List.of(1L, 2L),
                new Choice(choose, 0),
                List.of());
    }

    private TrainingArguments training(boolean full, Setting setting, long seed) {
        var form = new TrainingArgumentsBuilder();
        form.modelNameOrPath = model;
        form.trainFiles = List.of(train);
        form.outputDir = output;
        form.perDeviceTrainBatchSize = 2;
        form.learningRate = setting.learningRate();
        form.maxSteps = setting.steps();
        form.seed = seed;
        form.method = full ? Method.FFT : Method.HFT;
        return form.build();
    }

    StudyResult run() {
        return study(new StudyListener() {
            @Override
            public void notice(String line) {
                notices.add(line);
            }
        })
                .run();
    }

    StudyRun study(StudyListener listener) {
        var machine = new Machine(() -> CpuBackend.open(1), 1, OptionalInt.of(parallel));
        return new StudyRun(design(), output, machine, listener);
    }
}
