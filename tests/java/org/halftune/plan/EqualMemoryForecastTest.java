package org.halftune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.hft.Selection;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.model.Rope;
import org.halftune.optim.AdamWConfig;
import org.halftune.plan.EqualMemoryForecast.Clock;
import org.halftune.plan.EqualMemoryForecast.Entry;
import org.halftune.tensor.DType;
import org.halftune.train.memory.StepCut;
import org.junit.jupiter.api.Test;

class EqualMemoryForecastTest {
    /** A step of 8 rows of 64 tokens; weights, gradients and moments are small compared to activations. */
    private static final LlamaConfig SMALL =
            new LlamaConfig(512, 64, 172, 4, 8, 4, 8, 64, 1e-5f, new Rope.Default(10_000), true, 0.02f, DType.BF16);

    private static final TrainingShape STEP =
            new TrainingShape(SMALL, 4, 64, 2, new AdamWConfig(0.9, 0.999, 1e-8, 0, 1));

    private static final long PLENTY = 1L << 40;

    private static EqualMemoryForecast.BudgetRow row(long bytes, Optional<Clock> clock) {
        var methods = new LinkedHashMap<String, Selection>();
        methods.put("FFT", Selection.full(SMALL));
        methods.put("HFT", MeasuredStep.selection(SMALL, MeasuredStep.HFT));
        try (var backend = new CudaCostModel(PLENTY)) {
            var budget = new Budget("some", bytes, false);
            return EqualMemoryForecast.of(STEP, methods, List.of(budget), H200.LADDER, backend, clock)
                    .rows()
                    .getFirst();
        }
    }

    /** A clock that finds recomputing whole blocks faster than anything, and then large batches. */
    private static final Clock BLOCKS_ARE_FAST = (shape, _, rung) -> new StepForecast(
            List.of(), Map.of(), (rung == Recomputation.BLOCK ? 1 : 10) + shape.batches(), shape.stepTokens(), 1, 1);

    private static Entry entry(EqualMemoryForecast.BudgetRow row, String method) {
        return row.methods().get(method);
    }

    @Test
    void fastestCutThatFitsIsUsed() {
        var fft = entry(row(PLENTY, Optional.of(BLOCKS_ARE_FAST)), "FFT");
        assertThat(fft.cut().recomputation()).isEqualTo(Recomputation.BLOCK);
        assertThat(fft.cut().rows()).isEqualTo(8);
        assertThat(fft.step().orElseThrow().seconds()).isEqualTo(2);
    }

    @Test
    void bytesAreThoseOfTheCutsPlan() {
        for (var kind : List.of(STEP.kind(), new StepKind.Preferences(StepKind.ReferenceModel.SHARED))) {
            var step = STEP.of(kind);
            try (var backend = new CudaCostModel(PLENTY)) {
                var methods = Map.of("FFT", Selection.full(SMALL));
                var two = step.cut(2, 4)
                        .memory(Selection.full(SMALL).trainable(), Recomputation.CHEAP, backend)
                        .total();
                var budget = List.of(new Budget("some", two, false));
                var ladder = List.of(Recomputation.CHEAP);
                var row = EqualMemoryForecast.of(step, methods, budget, ladder, backend, Optional.empty())
                        .rows()
                        .getFirst();
                assertThat(entry(row, "FFT").cut()).isEqualTo(new StepCut(2, 4, Recomputation.CHEAP, two));
            }
        }
    }

    @Test
    void leastRecomputationIsUsedWithoutAClock() {
        var row = row(PLENTY, Optional.empty());
        assertThat(entry(row, "FFT").cut().recomputation()).isEqualTo(Recomputation.NONE);
        assertThat(entry(row, "FFT").step()).isEmpty();
        assertThat(row.timeAgainstFull(entry(row, "HFT"))).isEmpty();
    }

    @Test
    void everyCutHasTheStepsTokensAndFits() {
        long most = entry(row(PLENTY, Optional.empty()), "FFT").cut().bytes();
        long least = entry(row(1, Optional.empty()), "HFT").cut().bytes();
        for (long budget = least; budget <= most; budget += Math.max(1, (most - least) / 7)) {
            for (var entry : row(budget, Optional.of(BLOCKS_ARE_FAST)).methods().values()) {
                if (!entry.fits()) continue;
                assertThat(entry.cut().rows() * entry.cut().batches()).isEqualTo(8);
                assertThat(entry.cut().bytes()).isLessThanOrEqualTo(budget);
                assertThat(entry.step().orElseThrow().tokens()).isEqualTo(512);
            }
        }
    }

    @Test
    void noRatioIfOnlyHftFits() {
        long half = entry(row(1, Optional.empty()), "HFT").cut().bytes();
        var row = row(half, Optional.of(BLOCKS_ARE_FAST));
        assertThat(entry(row, "FFT").fits()).isFalse();
        assertThat(entry(row, "FFT").cut().bytes()).isGreaterThan(half);
        assertThat(entry(row, "HFT").fits()).isTrue();
        assertThat(row.timeAgainstFull(entry(row, "HFT"))).isEmpty();
        assertThat(row.empty()).isFalse();
        assertThat(row(half - 1, Optional.of(BLOCKS_ARE_FAST)).empty()).isTrue();
    }

    /** The shape of Llama-3.2-1B in 24·10⁹ bytes, 8192 tokens a step: FFT has to recompute whole blocks, HFT nothing. */
    @Test
    void hftSavesAQuarterOfTheTimeWhenMemoryIsShort() {
        var row =
                EqualMemoryPage.of(Budget.parse("24GB", H200.AVAILABLE)).rows().getFirst();
        assertThat(entry(row, MeasuredStep.FFT).cut().recomputation()).isEqualTo(Recomputation.BLOCK);
        assertThat(entry(row, MeasuredStep.HFT).cut().recomputation()).isEqualTo(Recomputation.NONE);
        assertThat(row.timeAgainstFull(entry(row, MeasuredStep.HFT)).orElseThrow())
                .isCloseTo(0.735, within(0.02));
        assertThat(row.timeAgainstFull(entry(row, MeasuredStep.FROZEN)).orElseThrow())
                .isCloseTo(0.674, within(0.02));
    }
}
