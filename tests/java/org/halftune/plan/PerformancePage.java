package org.halftune.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.halftune.backend.MemoryCategory;
import org.halftune.console.Amounts;
import org.halftune.model.Recomputation;
import org.halftune.tensor.DType;

/** The figures of docs/performance.md, section by section: predictions for an H200, next to measurements on one. */
final class PerformancePage {
    private static final Gpu GPU = H200.GPU;
    private static final Rates RATES = H200.RATES;
    private static final List<Recomputation> LADDER = H200.LADDER;

    private static final String FFT = MeasuredStep.FFT, HFT = MeasuredStep.HFT;
    static final Map<String, String> TITLES =
            Map.of(FFT, "FFT", HFT, "HFT", MeasuredStep.FROZEN, "HFT, embeddings and head frozen");

    /** What was measured, and its prediction. */
    private record Pair(MeasuredStep measured, TrainingForecast forecast) {
        StepForecast step() {
            return forecast.step().orElseThrow();
        }
    }

    private final List<Pair> large = new ArrayList<>();

    /** Of Llama-3.2-1B's shape: by name of the method, then by tokens of a step. */
    private final Map<String, Map<Long, Pair>> pairs = new LinkedHashMap<>();

    PerformancePage() {
        for (var method : List.of(FFT, HFT, MeasuredStep.FROZEN)) pairs.put(method, new LinkedHashMap<>());
        for (var step : MeasuredStep.all()) {
            var pair = new Pair(step, H200.forecast(step.shape(), step.selection()));
            if (step.model().equals(MeasuredStep.LLAMA_1B))
                pairs.get(step.method()).put(step.tokens(), pair);
            else large.add(pair);
        }
    }

    /** Name of a section to its text. */
    Map<String, String> sections() {
        var sections = new LinkedHashMap<String, String>();
        sections.put("rates", rates());
        sections.put("steps", steps());
        sections.put("steps 8B", largeSteps());
        sections.put("memory", memory());
        sections.put("saving", saving());
        sections.put("equal memory", EqualMemoryPage.table());
        sections.put("measured kernels", measuredKernels());
        sections.put("kernels FFT 8192", kernels(FFT, 8192));
        sections.put("kernels HFT 8192", kernels(HFT, 8192));
        sections.put("kernels FFT 65536", kernels(FFT, 65_536));
        sections.put("kernels HFT 65536", kernels(HFT, 65_536));
        sections.put("gains", gains());
        return sections;
    }

    private Pair of(String method, long tokens) {
        return pairs.get(method).get(tokens);
    }

    private StepForecast step(String method, long tokens) {
        return of(method, tokens).step();
    }

    private static String rates() {
        var table = new Markdown("what", "value", "that is", "", "from");
        double tera = GPU.operationsPerSecond() * 1e-12;
        rate(table, "memory, for kernels bound by it", RATES.memory(), GPU.bytesPerSecond() * 1e-12, "TB/s");
        rate(table, "large cuBLAS products, single kernel", RATES.products(), tera, "TFLOP/s");
        rate(table, "attention forward, single kernel", RATES.attentionForward(), tera, "TFLOP/s");
        rate(table, "attention backward, queries, single kernel", RATES.attentionQuery(), tera, "TFLOP/s");
        rate(table, "attention backward, keys and values, single kernel", RATES.attentionKeyValue(), tera, "TFLOP/s");
        row(
                table,
                "tensor cores under load, relative to a single kernel",
                Amounts.percent(RATES.load().value()),
                "",
                RATES.load());
        row(table, "L2 cache", ForecastFigures.decimals(RATES.cache().value(), 1) + " × memory", "", RATES.cache());
        row(table, "between two kernels of a graph", microseconds(RATES.graphLaunch()), "", RATES.graphLaunch());
        row(
                table,
                "before a step, per kernel of its first graph",
                microseconds(RATES.graphNode()),
                "",
                RATES.graphNode());
        row(table, "between two steps", microseconds(RATES.stepEnd()), "", RATES.stepEnd());
        return table.text();
    }

    private static void rate(Markdown table, String what, Rate rate, double full, String unit) {
        row(
                table,
                what,
                Amounts.percent(rate.value()),
                ForecastFigures.decimals(full * rate.value(), full < 10 ? 2 : 0) + " of "
                        + ForecastFigures.decimals(full, full < 10 ? 2 : 0) + " " + unit,
                rate);
    }

    private static void row(Markdown table, String what, String value, String thatIs, Rate rate) {
        table.row(what, value, thatIs, rate.origin().name().toLowerCase(Locale.ROOT), rate.source());
    }

    private static String microseconds(Rate rate) {
        return ForecastFigures.decimals(1e6 * rate.value(), 1) + " µs";
    }

    private String steps() {
        var table = new Markdown(
                "tokens per step",
                "method",
                "trained",
                "predicted, ms",
                "measured, ms",
                "difference",
                "measured tokens/s",
                "utilisation",
                "launches",
                "graphs",
                "recompute");
        for (long tokens : tokens()) {
            pairs.forEach((method, byTokens) -> {
                var pair = byTokens.get(tokens);
                var forecast = pair.forecast;
                table.row(
                        Amounts.exact(tokens),
                        TITLES.get(method),
                        Amounts.percent(forecast.selection().count().share()),
                        ForecastFigures.milliseconds(pair.step().seconds()),
                        ForecastFigures.milliseconds(pair.measured.seconds()),
                        difference(pair.step().seconds(), pair.measured.seconds()),
                        Amounts.exact(Math.round(tokens / pair.measured.seconds())),
                        Amounts.percent(utilisation(pair)),
                        Amounts.exact(pair.step().launches()),
                        pair.step().graphs(),
                        forecast.taken()
                                .map(rung -> rung.name().toLowerCase(Locale.ROOT))
                                .orElse("does not fit"));
            });
        }
        return table.text() + "\nThe goals for FFT:\n\n" + goal(8192, 63_000) + goal(65_536, 70_000);
    }

    /** As measured. */
    private static double utilisation(Pair pair) {
        return pair.forecast.utilisation() * pair.step().seconds() / pair.measured.seconds();
    }

    /** Of a prediction from what was measured, in percent with a sign. */
    private static String difference(double predicted, double measured) {
        return String.format(Locale.ROOT, "%+.1f %%", 100 * (predicted / measured - 1))
                .replace('-', '−');
    }

    private String goal(long tokens, double goal) {
        double measured = tokens / of(FFT, tokens).measured.seconds();
        return "- " + Amounts.exact(Math.round(goal)) + " tokens/s at " + Amounts.exact(tokens)
                + " tokens per step: " + Amounts.exact(Math.round(measured)) + " measured, "
                + Amounts.percent(measured / goal) + " of the goal\n";
    }

    private List<Long> tokens() {
        return List.copyOf(pairs.get(FFT).keySet());
    }

    private String largeSteps() {
        var table = new Markdown(
                "method",
                "moments",
                "predicted, ms",
                "measured, ms",
                "difference",
                "predicted, GB",
                "measured, GB",
                "recompute");
        for (var pair : large) {
            var measured = pair.measured;
            table.row(
                    TITLES.get(measured.method()),
                    measured.moments() == DType.BF16 ? "bf16" : "fp32",
                    ForecastFigures.milliseconds(pair.step().seconds()),
                    ForecastFigures.milliseconds(measured.seconds()),
                    difference(pair.step().seconds(), measured.seconds()),
                    ForecastFigures.gigabytes(
                            pair.forecast.memory().get(measured.recomputation()).total()),
                    ForecastFigures.gigabytes(measured.bytes()),
                    measured.recomputation().name().toLowerCase(Locale.ROOT));
        }
        return table.text();
    }

    private String memory() {
        var table = new Markdown(
                "tokens per step",
                "method",
                "none",
                "measured (none)",
                "cheap",
                "block",
                "of which activations (none)");
        for (long tokens : tokens()) {
            pairs.forEach((method, byTokens) -> {
                var pair = byTokens.get(tokens);
                var memory = pair.forecast.memory();
                table.row(
                        Amounts.exact(tokens),
                        TITLES.get(method),
                        ForecastFigures.gigabytes(memory.get(Recomputation.NONE).total()),
                        ForecastFigures.gigabytes(pair.measured.bytes()),
                        ForecastFigures.gigabytes(
                                memory.get(Recomputation.CHEAP).total()),
                        ForecastFigures.gigabytes(
                                memory.get(Recomputation.BLOCK).total()),
                        ForecastFigures.gigabytes(
                                memory.get(Recomputation.NONE).bytes().get(MemoryCategory.ACTIVATIONS)));
            });
        }
        return table.text();
    }

    private String saving() {
        var table = new Markdown(
                "tokens per step", "HFT saves", "measured", "with embeddings and head frozen", "measured", "design");
        var design = Map.of(2048L, "29–35 % (frozen)", 8192L, "", 65_536L, "13–20 %");
        for (long tokens : tokens()) {
            var full = of(FFT, tokens);
            var row = new ArrayList<Object>();
            row.add(Amounts.exact(tokens));
            for (var method : List.of(HFT, MeasuredStep.FROZEN)) {
                var half = of(method, tokens);
                row.add(Amounts.percent(1 - half.step().seconds() / full.step().seconds()));
                row.add(Amounts.percent(1 - half.measured.seconds() / full.measured.seconds()));
            }
            row.add(design.get(tokens));
            table.row(row.toArray());
        }
        return table.text();
    }

    /** An FFT step of 8192 tokens. cuBLAS runs several products by one kernel, so they are one line. */
    private String measuredKernels() {
        var measured = of(FFT, 8192).measured;
        var alone = H200.forecast(measured.shape(), measured.selection(), RATES.withoutLoad())
                .step()
                .orElseThrow();
        return MeasuredKernels.read(MeasuredStep.RESULTS.resolve("fft-8192-by-kernel.tsv"))
                .beside(alone);
    }

    private String kernels(String method, long tokens) {
        var step = step(method, tokens);
        var table = new Markdown("kernel", "launches", "GB asked", "GB moved", "TFLOP", "ms", "share", "limited by");
        for (var line : step.lines()) {
            table.row(
                    "`" + line.name() + "`",
                    line.launches(),
                    line.asked() == 0 ? "" : ForecastFigures.gigabytes(line.asked()),
                    ForecastFigures.gigabytes(line.moved()),
                    ForecastFigures.tera(line.operations()),
                    ForecastFigures.milliseconds(line.seconds()),
                    Amounts.percent(line.seconds() / step.seconds()),
                    line.bound());
        }
        return table.text();
    }

    /** What an idea would save at most. */
    private record Gain(String idea, String limit, ToDoubleFunction<StepForecast> seconds) {}

    private static double work(StepForecast step, String kernel) {
        return step.lines().stream()
                .filter(line -> line.name().startsWith(kernel))
                .mapToDouble(line ->
                        line.seconds() - line.launches() * RATES.graphLaunch().value())
                .sum();
    }

    private static Gain whole(String idea, String limit, String kernel) {
        return new Gain(idea, limit, step -> seconds(step, kernel));
    }

    private static final List<Gain> GAINS = List.of(
            new Gain(
                    "Attention as fast as cuDNN's",
                    "measured at this shape: forward 0.238 ms instead of 0.278, backward 0.719 instead of 0.985",
                    step -> work(step, "attention_forward") * (1 - 0.238 / 0.278)
                            + (work(step, "attention_backward") + work(step, "attention_delta")) * (1 - 0.719 / 0.985)),
            new Gain(
                    "Attention with Hopper's matrix instruction (`wgmma`)",
                    "its products in 0.62 of the time",
                    step -> (work(step, "attention_forward")
                                    + work(step, "attention_backward")
                                    + work(step, "attention_delta_recompute"))
                            * 0.38),
            new Gain(
                    "Attention backward in one pass",
                    "five products instead of seven; sums over several blocks then need a fixed order",
                    step -> (work(step, "attention_backward_query") + work(step, "attention_backward_key_value"))
                            * 2
                            / 7),
            whole("SwiGLU in the epilogue of gate and up", "its whole kernel", "swiglu_forward"),
            whole("SwiGLU's backward in the epilogue of down's input gradient", "its whole kernel", "swiglu_backward"),
            whole("RoPE in the epilogue of QKV, and in attention's backward", "its whole kernel", "rope"),
            whole(
                    "The residual sum as the C of down's product (cublasLt)",
                    "all of `add`: C is read while the tensor cores work",
                    "add"),
            new Gain(
                    "The residual sum in the next block's norm",
                    "one of three reads and the launch",
                    step -> work(step, "add") / 3 + seconds(step, "add") - work(step, "add")),
            whole(
                    "A norm's weight gradient in the kernel of its input gradient",
                    "the second read of x and dy",
                    "rms_norm_backward_weight_partial"),
            whole("The gradient norm from the epilogue of weight gradients", "its whole pass", "gradient_norm_partial"),
            new Gain(
                    "bf16 moments (`--moments_dtype bfloat16`)",
                    "8 of AdamW's 30 bytes",
                    step -> work(step, "adamw_f32") * 8 / 30),
            new Gain(
                    "Gradients in bf16",
                    "2 of AdamW's 30 bytes, half of the norm's; sums over batches lose precision",
                    step -> work(step, "adamw_f32") * 2 / 30 + work(step, "gradient_norm_partial") / 2),
            new Gain(
                    "The softmax's sums from the epilogue of the head's product",
                    "one of three passes over the logits",
                    step -> work(step, "cross_entropy_forward_backward") / 3));

    private String gains() {
        var fft = step(FFT, 8192);
        var table = new Markdown("idea", "at most", "FFT, 8,192", "HFT, 8,192", "FFT, 65,536", "HFT, 65,536");
        GAINS.stream()
                .sorted(Comparator.comparingDouble(
                                (Gain gain) -> Math.max(share(gain, fft), share(gain, step(HFT, 8192))))
                        .reversed())
                .forEach(gain -> {
                    Function<StepForecast, String> of = step -> Amounts.percent(share(gain, step));
                    table.row(
                            gain.idea,
                            gain.limit,
                            of.apply(fft),
                            of.apply(step(HFT, 8192)),
                            of.apply(step(FFT, 65_536)),
                            of.apply(step(HFT, 65_536)));
                });
        return table.text();
    }

    private static double share(Gain gain, StepForecast step) {
        return gain.seconds.applyAsDouble(step) / step.seconds();
    }

    /** Seconds of the launches whose kernels' names begin with {@code prefix}. */
    private static double seconds(StepForecast step, String prefix) {
        return step.lines().stream()
                .filter(line -> line.name().startsWith(prefix))
                .mapToDouble(StepForecast.Line::seconds)
                .sum();
    }
}
