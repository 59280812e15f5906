package org.halftune.train;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensorboard.EventReader;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --report_to tensorboard} leaves equals {@code metrics.jsonl}, as TensorBoard reads it. */
class TensorBoardTest {
    /** A Python that has TensorBoard; {@code python3} unless given. */
    private static final String PYTHON = System.getenv().getOrDefault("HALFTUNE_TENSORBOARD_PYTHON", "python3");

    private static final String READER = """
            import json, sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
            events.Reload()
            print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}))
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TestRuns.model(folder.resolve("model"), DType.BF16, 7);
        TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
        TestRuns.rows(folder.resolve("eval.jsonl"), 5, 2);
    }

    private TrainingArgumentsBuilder flags() {
        var flags = TestRuns.flags(folder.resolve("model"), folder.resolve("rows.jsonl"), folder.resolve("out"));
        flags.evalFiles = List.of(folder.resolve("eval.jsonl"));
        flags.evalStrategy = When.EPOCH;
        flags.loggingSteps = 1;
        flags.saveSteps = 5;
        flags.reportTo = List.of("tensorboard");
        return flags;
    }

    /** A run that got to step 8, and is then continued from step 5: three steps are in both files. */
    private Path interruptedAndContinued() throws IOException {
        TestRuns.runUntil(flags(), 8);
        var again = flags();
        again.resumeFromCheckpoint = new Resume.From(folder.resolve("out/checkpoint-5"));
        TestRuns.run(again);
        return folder.resolve("out/runs/out");
    }

    @Test
    void resumedRunReplacesRepeatedSteps() throws IOException {
        Path events = interruptedAndContinued();
        var scalars = new TreeMap<String, TreeMap<Long, Double>>();
        try (var files = Files.list(events)) {
            for (Path file : files.sorted().toList()) {
                for (var event : EventReader.read(file)) {
                    if (event.start())
                        scalars.values()
                                .forEach(points -> points.tailMap(event.step()).clear());
                    event.values()
                            .forEach((tag, value) -> scalars.computeIfAbsent(tag, _ -> new TreeMap<>())
                                    .put(event.step(), (double) value));
                }
            }
        }
        assertEqualsMetrics(scalars);
    }

    @Test
    void tensorBoardsOwnReaderSeesTheMetrics() throws Exception {
        assumeThat(run(PYTHON, "-c", READER.lines().limit(2).collect(joining("\n"))))
                .as(PYTHON + " has no TensorBoard (another Python: HALFTUNE_TENSORBOARD_PYTHON)")
                .isPresent();
        String json =
                run(PYTHON, "-c", READER, interruptedAndContinued().toString()).orElseThrow();
        var scalars = new TreeMap<String, TreeMap<Long, Double>>();
        for (var tag : StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), "reader")
                .properties()) {
            var points = scalars.computeIfAbsent(tag.getKey(), _ -> new TreeMap<>());
            for (var point : tag.getValue()) {
                var before = points.put(point.get(0).asLong(), point.get(1).asDouble());
                // The epoch stands in rows of training and of evaluation, as with transformers.
                if (!tag.getKey().equals("train/epoch")) {
                    assertThat(before).as("a second point of %s", tag.getKey()).isNull();
                }
            }
        }
        assertEqualsMetrics(scalars);
    }

    private void assertEqualsMetrics(TreeMap<String, TreeMap<Long, Double>> scalars) throws IOException {
        assertThat(scalars).containsKeys("eval/loss", "memory/weights_bytes", "train/loss", "train/train_loss");
        assertThat(scalars.get("train/learning_rate")).hasSize(12);
        var expected = new TreeMap<String, TreeMap<Long, Double>>();
        for (String line : Files.readAllLines(folder.resolve("out/metrics.jsonl"))) {
            for (var field : StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), "row")
                    .properties()) {
                String key = field.getKey();
                if (key.equals("step")) continue;
                String tag = key.startsWith("eval_") ? "eval/" + key.substring(5) : "train/" + key;
                long step = StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), "row")
                        .get("step")
                        .asLong();
                expected.computeIfAbsent(tag, _ -> new TreeMap<>())
                        .put(step, field.getValue().asDouble());
            }
        }
        for (Map.Entry<String, TreeMap<Long, Double>> tag : expected.entrySet()) {
            assertThat(scalars.get(tag.getKey())).as(tag.getKey()).hasSameSizeAs(tag.getValue());
            tag.getValue()
                    .forEach((step, value) -> assertThat(
                                    scalars.get(tag.getKey()).get(step))
                            .as("%s at step %d", tag.getKey(), step)
                            .isCloseTo(value, within(1e-6 * Math.abs(value))));
        }
    }

    /** What a program printed; empty if it failed or is not there. */
    private static Optional<String> run(String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(output)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Test
    void unknownReportToIsRefusedWithChoices() {
        var flags = flags();
        flags.reportTo = List.of("tensorboard", "wandb");
        assertThatThrownBy(flags::build)
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll("--report_to wandb", "tensorboard", "metrics.jsonl");
        flags.reportTo = List.of("all");
        assertThat(flags.build().running().reporting().tensorBoard()).isTrue();
        flags.reportTo = List.of("none");
        assertThat(flags.build().running().reporting().tensorBoard()).isFalse();
    }
}
