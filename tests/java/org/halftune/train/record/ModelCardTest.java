package org.halftune.train.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TestRuns;
import org.halftune.train.TrainRun;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ModelCardTest {
    @TempDir
    Path folder;

    private TrainingArgumentsBuilder flags;

    @BeforeEach
    void setUp() throws IOException {
        var model = TestRuns.model(folder.resolve("base"), DType.F32, 1);
        flags = TestRuns.flags(model, TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1), folder.resolve("out"));
        flags.numTrainEpochs = 1;
        flags.loggingSteps = 1;
    }

    private String card() throws IOException {
        return Files.readString(folder.resolve("out/README.md"));
    }

    @Test
    void cardHasHuggingFaceMetadata() throws IOException {
        TestRuns.run(flags);
        var head = new Load(LoadSettings.builder().build()).loadFromString(card().split("---\n", 3)[1]);
        assertThat(head)
                .isEqualTo(Map.of(
                        "base_model", "base",
                        "library_name", "transformers",
                        "pipeline_tag", "text-generation",
                        "tags", List.of("halftune", "hft")));
    }

    @Test
    void cardHasDataMethodLossesAndVersions() throws IOException {
        flags.evalFiles = List.of(folder.resolve("rows.jsonl"));
        flags.evalStrategy = When.EPOCH;
        List<MetricsRow> rows = new ArrayList<>();
        TestRuns.run(
                flags,
                new TrainingListener() {
                    @Override
                    public void logged(MetricsRow row) {
                        rows.add(row);
                    }
                },
                new StopSignal());
        var first = rows.stream().filter(MetricsRow.Training.class::isInstance).findFirst();
        assertThat(card())
                .contains(
                        "| training data | rows.jsonl |",
                        "| training rows | 23 rows |",
                        "| method | hft |",
                        "| random selection | category, ratio 0.5,")
                .contains("| steps | 4 |", "| warmup steps | 2 |", "| evaluation | ", "## Versions", "| Java | ")
                .contains("| training, mean over a logging interval | %.4f (1) | "
                        .formatted(((MetricsRow.Training) first.orElseThrow()).loss()))
                .doesNotContain(folder.toString());
    }

    @Test
    void fullFineTuningIsNamed() throws IOException {
        flags.method = Method.FFT;
        TestRuns.run(flags);
        assertThat(card()).contains("full fine-tuning", "(100.0 %)", "- fft").doesNotContain("unchanged, bit for bit");
    }

    @Test
    void recipeIsWrittenToTheOutputFolder() throws IOException {
        try (var backend = CpuBackend.open(1)) {
            new TrainRun(flags.build(), backend, TrainingListener.NONE, new StopSignal(), "max_steps: 3\n").run();
        }
        assertThat(folder.resolve("out/recipe.yaml")).hasContent("max_steps: 3\n");
    }

    @Test
    void loggingFirstStepLogsTheFirstStep() {
        flags.loggingSteps = 0.5;
        flags.loggingFirstStep = true;
        List<Integer> steps = new ArrayList<>();
        TestRuns.run(
                flags,
                new TrainingListener() {
                    @Override
                    public void logged(MetricsRow row) {
                        if (row instanceof MetricsRow.Training) steps.add(row.step());
                    }
                },
                new StopSignal());
        assertThat(steps).containsExactly(1, 2, 4);
    }

    @Test
    void warmupLongerThanTheRunGivesANotice() {
        flags.warmupSteps = 9;
        List<String> notices = new ArrayList<>();
        TestRuns.run(
                flags,
                new TrainingListener() {
                    @Override
                    public void notice(String line) {
                        notices.add(line);
                    }
                },
                new StopSignal());
        assertThat(notices)
                .contains("warmup takes 9 steps, the run has 4 steps: the learning rate never reaches --learning_rate");
    }
}
