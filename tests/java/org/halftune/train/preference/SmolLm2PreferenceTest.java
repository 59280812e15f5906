package org.halftune.train.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.halftune.SharedFolder;
import org.halftune.SmolLm2;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.MaxLength;
import org.halftune.session.StepResult;
import org.halftune.train.StopSignal;
import org.halftune.train.TrainRun;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Preferring.LossType;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.RowOrder;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The first steps of preference tuning on a real model and real pairs equal TRL's. {@code benchmarks/peers/dpo_trl.py} wrote
 * the reference, {@code peers/dpo_trl.json}, of 10 steps.
 */
@Tag("real-model")
class SmolLm2PreferenceTest {
    /** A step takes seconds: 3 by default, all with {@code -Dhalftune.dpo=all}. */
    private static final int STEPS = "all".equals(System.getProperty("halftune.dpo")) ? Integer.MAX_VALUE : 3;

    @TempDir
    private Path folder;

    /** Ends a run without a checkpoint, whose schedule has more steps. */
    private static final class Enough extends RuntimeException {}

    @Test
    void firstStepsEqualThoseOfTrl() throws IOException {
        var reference = reference();
        var conditions = reference.get("conditions");
        var flags = new TrainingArgumentsBuilder();
        flags.modelNameOrPath = SmolLm2.folder();
        flags.trainFiles.add(SharedFolder.require(
                "data/preferences/" + conditions.get("data").stringValue()));
        flags.outputDir = folder.resolve("out");
        flags.method = Method.FFT;
        flags.maxSamples = conditions.get("rows").intValue();
        flags.maxSteps = conditions.get("steps").intValue();
        flags.perDeviceTrainBatchSize = conditions.get("pairs").intValue();
        flags.gradientAccumulationSteps = 1;
        flags.maxLength = MaxLength.asked(conditions.get("max_length").intValue());
        flags.learningRate = conditions.get("learning_rate").doubleValue();
        flags.trainSamplingStrategy = RowOrder.SEQUENTIAL;
        flags.saveStrategy = When.NO;
        var loss = LossType.valueOf(conditions.get("loss_type").stringValue().toUpperCase());
        var preferring = new Preferring(
                loss, conditions.get("beta").doubleValue(), 0, false, OptionalInt.empty(), Optional.empty());

        var steps = new ArrayList<StepResult>();
        var listener = new TrainingListener() {
            @Override
            public void stepped(int done, int totalSteps, StepResult result) {
                steps.add(result);
                if (steps.size() == STEPS) throw new Enough();
            }
        };
        try (var backend = CpuBackend.open(Runtime.getRuntime().availableProcessors());
                var stage = PreferenceStage.open(preferring)) {
            new TrainRun(flags.build(), stage, backend, listener, new StopSignal(), "").run();
        } catch (Enough e) {
            // the steps are compared below
        }

        assertThat(steps).hasSize(Math.min(STEPS, reference.get("metrics").size()));
        for (int i = 0; i < steps.size(); i++) {
            assertEqual(
                    "step " + (i + 1), steps.get(i), reference.get("metrics").get(i));
        }
    }

    private static void assertEqual(String step, StepResult actual, JsonNode expected) {
        assertThat(actual.loss()).as(step + ", loss").isCloseTo(value(expected, "loss"), within(1e-3));
        for (var name : List.of("rewards/chosen", "rewards/rejected", "rewards/margins", "rewards/accuracies")) {
            assertThat(actual.figures().get(name))
                    .as(step + ", " + name)
                    .isCloseTo(value(expected, name), within(1e-3));
        }
        // Sums of dozens of log-probabilities: their error grows with their size.
        for (var name : List.of("logps/chosen", "logps/rejected")) {
            double logp = value(expected, name);
            assertThat(actual.figures().get(name))
                    .as(step + ", " + name)
                    .isCloseTo(logp, within(1e-3 * Math.max(1, Math.abs(logp))));
        }
    }

    private static double value(JsonNode row, String name) {
        return row.get(name).doubleValue();
    }

    private static JsonNode reference() throws IOException {
        try (var file = SmolLm2PreferenceTest.class.getResourceAsStream("/peers/dpo_trl.json")) {
            return new JsonMapper().readTree(file);
        }
    }
}
