package org.halftune.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.halftune.backend.LimitedBackend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.eval.DefaultEvalOptions;
import org.halftune.eval.EvalListener;
import org.halftune.eval.EvalRun;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.ConsoleTable;
import org.halftune.report.EqualMemoryResult;
import org.halftune.report.Headline;
import org.halftune.report.RatePoint;
import org.halftune.report.html.HtmlReport;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.memory.MemoryBudget;
import org.halftune.train.record.TrainingFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several learning rates on a tiny model with rows of token ids: no tokenizer is needed. */
class CompareRunTest {
    @TempDir
    Path folder;

    private TrainingArgumentsBuilder flags = new TrainingArgumentsBuilder();
    private Optional<MemoryBudget> memory = Optional.empty();
    private boolean saveModels;
    private long deviceBytes = Long.MAX_VALUE;
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
        try (var cpu = CpuBackend.open(1)) { // closing fails if a rate left memory held
            var backend = new LimitedBackend(cpu, deviceBytes);
            return new CompareRun(
                            new CompareOptions(
                                    "rows", trainings, Optional.empty(), Optional.empty(), saveModels, memory),
                            backend,
                            listener)
                    .run();
        }
    }

    @Test
    void testLossIsShownIfNothingElseIsScored() throws IOException {
        flags.evalFiles = List.of(TestRuns.rows(folder.resolve("test.jsonl"), 5, 2));
        var comparison = compare(1e-3);

        var loss = comparison.hft().testLoss();
        assertThat(loss.before())
                .isEqualTo(comparison.fft().testLoss().before())
                .isNotEqualTo(loss.after());
        assertThat(ConsoleTable.render(comparison, 80))
                .contains("loss on test rows", String.format(Locale.ROOT, "%.4f → %.4f", loss.before(), loss.after()))
                .doesNotContain("new task", "old knowledge", "perplexity");
        assertThat(Headline.of(comparison))
                .filteredOn(finding -> finding.claim().startsWith("loss on test rows"))
                .singleElement()
                .extracting(Headline::verdict)
                .isEqualTo(Headline.Verdict.LEVEL);
    }

    @Test
    void savedModelsAreOfTheShownRate() throws IOException {
        flags.evalFiles = List.of(TestRuns.rows(folder.resolve("test.jsonl"), 5, 2));
        saveModels = true;
        var comparison = compare(1e-3, 3e-3, 1e-9);

        for (var method : List.of(comparison.fft(), comparison.hft())) {
            var model = folder.resolve("out").resolve(method.name().toLowerCase(Locale.ROOT));
            try (var backend = CpuBackend.open(1)) {
                var options = DefaultEvalOptions.of(model, List.of(folder.resolve("test.jsonl")));
                var score = EvalRun.run(backend, options, EvalListener.SILENT)
                        .files()
                        .getFirst();
                assertThat(score.perplexity().loss())
                        .as(method.name() + " at " + comparison.rates().shown())
                        .isCloseTo(method.testLoss().after(), offset(1e-4));
                assertThat(notices)
                        .contains(
                                "saves FFT as float32, trained weights without loss",
                                "saves HFT as float32, trained weights without loss");
            }
        }
        assertThatThrownBy(() -> compare(1e-3))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("--save_models")
                .hasMessageContaining("fft");
    }

    @Test
    void eachRateStartsFromTheBaseModel() throws IOException {
        flags.evalFiles = List.of(TestRuns.rows(folder.resolve("test.jsonl"), 5, 2));
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
    void timesUseTheStepsOfAllRates() {
        assertThat(compare(1e-3).fft().time().measuredSteps()).isEqualTo(8);
        assertThat(compare(1e-3, 2e-3, 3e-3).hft().time().measuredSteps()).isEqualTo(24);
    }

    @Test
    void memoryIsOfOneRate() {
        assertThat(compare(1e-3, 3e-3).fft().memory())
                .isEqualTo(compare(1e-3).fft().memory());
    }

    @Test
    void singleDivergedRateIsNamed() {
        assertThatThrownBy(() -> compare(1e300))
                .isInstanceOf(TrainingFailure.class)
                .hasMessageContaining("--learning_rate 1e300");
    }

    @Test
    void divergedRateIsLeftOut() {
        var comparison = compare(1e-3, 1e300, 1e301);
        assertThat(comparison.rates().fft()).isEqualTo(compare(1e-3).rates().fft());
        assertThat(comparison.rates().diverged()).containsExactly(1e300, 1e301);
        assertThat(comparison.fft().time().measuredSteps()).isEqualTo(8);
        assertThat(notices)
                .anyMatch(line -> line.contains("--learning_rate 1e300: left out for both methods"))
                .anyMatch(line -> line.contains("--learning_rate 1e301: left out for both methods"));
        assertThat(HtmlReport.render(comparison)).contains("Learning rates 1e300, 1e301 are left out for both methods");
        assertThat(ConsoleTable.render(comparison, 80)).contains("Learning rates 1e300, 1e301 are left out");
    }

    @Test
    void eachRateKeepsItsOwnSettings() throws IOException {
        flags.evalFiles = List.of(TestRuns.rows(folder.resolve("test.jsonl"), 5, 2));
        var trainings = compare(1e300, 1e-3, 3e-3); // the first is left out, so places move
        assertThat(trainings.rates().fft()).extracting(RatePoint::learningRate).containsExactly(1e-3, 3e-3);
        assertThat(trainings.settings().learningRate())
                .isEqualTo(trainings.rates().shown());
    }

    @Test
    void firstDivergenceIsTheErrorIfAllRatesDiverge() {
        assertThatThrownBy(() -> compare(1e300, 1e301))
                .isInstanceOf(TrainingFailure.class)
                .hasMessageContaining("--learning_rate 1e300");
    }

    private EqualMemoryResult within(String budget) {
        memory = Optional.of(MemoryBudget.parse(budget));
        return compare(1e-3).equalMemory().orElseThrow();
    }

    @Test
    void bothRunTheFullStepWithEnoughMemory() {
        var equal = within("auto");
        for (var method : List.of(equal.fft(), equal.hft())) {
            assertThat(method.fits()).isTrue();
            assertThat(method.batches()).isEqualTo(1);
            assertThat(method.rows()).isEqualTo(6);
            assertThat(method.recompute()).isEqualTo("cheap");
            assertThat(method.time().measuredSteps())
                    .as("two blocks of 10 steps, 2 of them warm-up")
                    .isEqualTo(16);
        }
        assertThat(equal.hft().bytes()).isLessThan(equal.fft().bytes());
        assertThat(equal.timeRatio().hasInterval()).isTrue();
        assertThat(equal.fft().time().tokensPerSecond()).isPositive();
    }

    @Test
    void fftUsesSmallerBatchesWithinHftsMemory() {
        long enough = within("auto").hft().bytes();
        var equal = within(enough + "B");
        assertThat(equal.hft().batches()).isEqualTo(1);
        assertThat(equal.fft().fits()).isTrue();
        assertThat(equal.fft().batches() > 1 || equal.fft().recompute().equals("block"))
                .as(equal.fft().toString())
                .isTrue();
        assertThat(equal.fft().bytes()).isLessThanOrEqualTo(enough);
        assertThat(equal.hft().bytes()).isEqualTo(enough);
    }

    @Test
    void onlyHftIsTimedIfFftDoesNotFit() {
        flags.recompute = Recomputation.BLOCK;
        flags.perDeviceTrainBatchSize = 1;
        flags.gradientAccumulationSteps = 1;
        long enough = within("auto").hft().bytes();
        notices.clear();
        var equal = within(enough + "B");
        assertThat(equal.fft().fits()).isFalse();
        assertThat(equal.fft().missing()).startsWith("FFT needs at least").contains("more than");
        assertThat(equal.fft().time().measuredSteps()).isZero();
        assertThat(equal.hft().time().measuredSteps()).isEqualTo(16);
        assertThat(equal.timeRatio().hasInterval()).isFalse();
        assertThat(notices).anyMatch(line -> line.contains("more than the budget of"));
    }

    @Test
    void onlyEqualMemoryIsComparedIfBothDoNotFitTogether() {
        var alone = within("auto");
        deviceBytes = alone.fft().bytes() + alone.hft().bytes() / 4;
        notices.clear();
        steps.clear();
        var comparison = compare(1e-3);
        assertThat(notices).anyMatch(line -> line.startsWith("both methods do not fit on this device together"));
        assertThat(steps).isEmpty();
        assertThat(comparison.hasSameStep()).isFalse();
        assertThat(comparison.equalMemory().orElseThrow().timeRatio().hasInterval())
                .isTrue();
        assertThat(ConsoleTable.render(comparison, 80))
                .contains("time per step in", "trainable parameters")
                .doesNotContain("peak memory", "new task", "predicted");
        assertThat(Headline.of(comparison)).hasSize(1);
        assertThat(HtmlReport.render(comparison))
                .contains("time per step in", "each method trains alone")
                .doesNotContain("alternate step by step");
    }

    @Test
    void budgetThatIsTooSmallIsAnErrorWithOptions() {
        assertThatThrownBy(() -> within("20000B"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("HFT needs at least")
                .hasMessageContaining("--freeze_embeddings");
    }

    @Test
    void budgetAboveTheDevicesMemoryIsAnError() {
        assertThatThrownBy(() -> within("1000TiB"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("exceeds this device's available memory");
    }
}
