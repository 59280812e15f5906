package org.halftune.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.report.Comparison;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.TrainingArguments;
import org.halftune.train.TrainingArgumentsBuilder;
import org.halftune.train.TrainingFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several learning rates on a tiny model with rows of token ids: no tokenizer is needed. */
class CompareRunTest {
    @TempDir
    Path folder;

    private TrainingArgumentsBuilder flags = new TrainingArgumentsBuilder();
    private final List<String> notices = new ArrayList<>();
    private final List<Integer> steps = new ArrayList<>();

    @BeforeEach
    void flags() throws IOException {
        var model = TestRuns.model(folder.resolve("model"), TestRuns.config(DType.F32, 8), 7);
        flags = TestRuns.flags(model, TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1), folder.resolve("out"));
        flags.maxSteps = 10;
    }

    private Comparison compare(double... rates) {
        var trainings = new ArrayList<TrainingArguments>();
        for (double rate : rates) {
            flags.learningRate = rate;
            trainings.add(flags.build());
        }
        var listener = new CompareListener() {
            @Override
            public void notice(String line) {
                notices.add(line);
            }

            @Override
            public void stepped(int step, int total, double fullLoss, double halfLoss) {
                assertThat(total).isEqualTo(10 * rates.length);
                steps.add(step);
            }
        };
        try (var backend = CpuBackend.open(1)) { // closing fails if a rate left memory held
            return new CompareRun(
                            new CompareOptions("rows", trainings, Optional.empty(), Optional.empty()),
                            backend,
                            listener)
                    .run();
        }
    }

    @Test
    void eachRateStartsFromTheBaseAsIfItWereAlone() throws IOException {
        flags.evalFile = TestRuns.rows(folder.resolve("test.jsonl"), 5, 2);
        var both = compare(1e-3, 3e-3);
        assertThat(steps).hasSize(20).startsWith(1, 2).endsWith(19, 20);
        var first = compare(1e-3);
        var second = compare(3e-3);
        assertThat(both.rates().fft())
                .containsExactly(
                        first.rates().fft().getFirst(), second.rates().fft().getFirst());
        assertThat(both.rates().hft())
                .containsExactly(
                        first.rates().hft().getFirst(), second.rates().hft().getFirst());
        assertThat(both.rates().shown()).as("the lower test loss").isEqualTo(3e-3);
        assertThat(both.settings().learningRate()).isEqualTo(3e-3);
        assertThat(both.fft().loss()).isEqualTo(second.fft().loss());
    }

    @Test
    void stepsOfAllRatesStandBehindTheTimes() {
        assertThat(compare(1e-3).fft().time().measuredSteps()).isEqualTo(8);
        assertThat(compare(1e-3, 2e-3, 3e-3).hft().time().measuredSteps()).isEqualTo(24);
    }

    @Test
    void memoryIsThatOfOneRate() {
        assertThat(compare(1e-3, 3e-3).fft().memory())
                .isEqualTo(compare(1e-3).fft().memory());
    }

    @Test
    void aRateThatDivergesIsNamed() {
        assertThatThrownBy(() -> compare(1e-3, 1e300))
                .isInstanceOf(TrainingFailure.class)
                .hasMessageContaining("--learning_rate 1e300");
    }
}
