package org.halftune.continual;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.halftune.TinyModel;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.train.StopSignal;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** A tiny model, three tiny tasks, and trainings of them in sequence. */
final class Sequences {
    static final List<String> TASKS = List.of("colours", "moods", "numbers");

    private final Path folder;
    ContinualMethod method = new ContinualMethod.SeqFt();
    Scoring.Tasks scored = Scoring.Tasks.SEEN;
    ContinualOptions.Keep keep = ContinualOptions.Keep.ALL;
    List<Double> epochs = List.of();
    Consumer<TrainingArgumentsBuilder> change = _ -> {};
    ContinualListener listener = new ContinualListener() {};
    final StopSignal stop = new StopSignal();

    Sequences(Path folder) {
        this.folder = folder;
        if (Files.exists(folder.resolve("tasks"))) return;
        TinyModel.write(folder.resolve("model"));
        for (int task = 0; task < TASKS.size(); task++) {
            rows(TASKS.get(task), "train.jsonl", 9 + task, task);
            rows(TASKS.get(task), "test.jsonl", 3, task);
        }
    }

    Path model() {
        return folder.resolve("model");
    }

    Path tasks() {
        return folder.resolve("tasks");
    }

    /** Rows {@code 3 and 4 are ...: red}: one of a few answers, by task and row. */
    void rows(String task, String file, int count, int shift) {
        var text = new StringBuilder();
        for (int row = 0; row < count; row++) {
            text.append("{\"prompt\": \"%s %d\\nAnswer:\", \"completion\": \" %s\"}\n"
                    .formatted(task, row, List.of("red", "calm", "two", "blue").get((row + shift) % 4)));
        }
        try {
            Files.createDirectories(tasks().resolve(task));
            Files.writeString(tasks().resolve(task).resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TrainingArgumentsBuilder form(String output) {
        var form = new TrainingArgumentsBuilder();
        form.modelNameOrPath = model();
        form.outputDir = folder.resolve(output);
        form.learningRate = 3e-3;
        form.perDeviceTrainBatchSize = 4;
        form.numTrainEpochs = 1; // 3 steps a round
        form.saveStrategy = When.NO;
        form.threads = 1;
        form.perDeviceEvalBatchSize = 2;
        change.accept(form);
        return form;
    }

    ContinualOptions options(String output, boolean resume) {
        var form = form(output);
        if (resume) form.resumeFromCheckpoint = new Resume.Newest();
        var sequence = TaskSequence.read(tasks(), List.of());
        var scoring = new Scoring(scored, OptionalInt.empty());
        return ContinualOptions.of(
                form, sequence, new ContinualOptions.Choices(method, scoring, keep, epochs), "# recipe\n");
    }

    ContinualOutcome run(String output) {
        return run(output, false);
    }

    ContinualOutcome resume(String output) {
        return run(output, true);
    }

    private ContinualOutcome run(String output, boolean resume) {
        try (var backend = CpuBackend.open(1)) {
            return new ContinualRun(options(output, resume), backend, listener, stop).run();
        }
    }

    static ContinualMethod replay() {
        return new ContinualMethod.Replay(4, OptionalDouble.of(0.4));
    }

    static ContinualMethod gem() {
        return new ContinualMethod.Gem(0.5, OptionalInt.of(2), 0.5);
    }

    /** The folders of rounds and the final model that hold a model. */
    static List<String> models(Path output) throws IOException {
        var models = new ArrayList<String>();
        try (var entries = Files.list(output)) {
            for (Path entry : entries.sorted().toList()) {
                if (Files.exists(entry.resolve("model.safetensors")))
                    models.add(entry.getFileName().toString());
            }
        }
        return models;
    }
}
