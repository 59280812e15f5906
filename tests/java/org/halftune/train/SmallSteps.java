package org.halftune.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Rope;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.MetricsRow;
import org.halftune.train.record.TrainingListener;

/**
 * A run from a bfloat16 model at a rate so small that all its steps together move most weights by less than half a step of
 * bfloat16, and yet teach it something.
 */
final class SmallSteps {
    private final Path folder;
    private final Supplier<Backend> device;

    SmallSteps(Path folder, Supplier<Backend> device) {
        this.folder = folder;
        this.device = device;
    }

    private static LlamaConfig config() {
        return new LlamaConfig(
                TestRuns.VOCABULARY, 64, 96, 2, 4, 2, 16, 64, 1e-5f, new Rope.Default(10_000), true, 0.2f, DType.BF16);
    }

    /** Trains on all 48 rows at each of 16 steps, and evaluates on them after the last. */
    TrainingArgumentsBuilder flags(String output) throws IOException {
        var model = folder.resolve("base");
        if (!Files.exists(model)) TestRuns.model(model, config(), 7);
        var rows = TestRuns.rows(folder.resolve("rows.jsonl"), 48, 1);
        var flags = TestRuns.flags(model, rows, folder.resolve(output));
        flags.evalFiles = List.of(rows);
        flags.evalStrategy = When.STEPS;
        flags.evalSteps = 16;
        flags.method = Method.FFT;
        flags.perDeviceTrainBatchSize = 48;
        flags.gradientAccumulationSteps = 1;
        flags.maxSteps = 16;
        flags.learningRate = 2e-5;
        flags.lrSchedulerType = SchedulerType.CONSTANT;
        flags.warmupSteps = 0;
        flags.weightDecay = 0;
        flags.saveStrategy = When.NO;
        return flags;
    }

    /** Trains, and returns the losses of the evaluations. */
    List<Double> train(TrainingArgumentsBuilder flags) {
        var losses = new ArrayList<Double>();
        var listener = new TrainingListener() {
            @Override
            public void logged(MetricsRow row) {
                if (row instanceof MetricsRow.Evaluation evaluation) losses.add(evaluation.loss());
            }
        };
        TestRuns.run(flags, listener, new StopSignal(), device);
        return losses;
    }

    /** The loss of a model folder on the rows: an evaluation after a step that changes nothing. */
    double evaluate(String model) throws IOException {
        var flags = flags("evaluation of " + model);
        flags.modelNameOrPath = folder.resolve(model);
        flags.maxSteps = 1;
        flags.evalSteps = 1;
        flags.learningRate = 0;
        return train(flags).getLast();
    }
}
