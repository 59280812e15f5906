package org.halftune.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.halftune.backend.Category;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cuda.CudaCosts;
import org.halftune.hft.Freeze;
import org.halftune.hft.Selection;
import org.halftune.hft.Strategy;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;
import org.halftune.pretrained.ConfigFile;

/** The figures of docs/performance.md, section by section, from the shape of Llama-3.2-1B and the data sheet of an H100. */
final class PerformancePage {
    private static final Gpu GPU = Gpu.H100;
    private static final Rates RATES = Rates.of(GPU);
    private static final long AVAILABLE = GPU.memoryBytes() - (600L << 20);
    private static final int ROW = 2048;
    private static final List<Recomputation> LADDER = List.of(Recomputation.values());

    private static final String FFT = "FFT", HFT = "HFT", FROZEN = "HFT, embeddings frozen";

    private final LlamaConfig config = ConfigFile.read(
                    Path.of("tests/resources/org/halftune/plan/llama-3.2-1b/config.json"))
            .config();

    /** By name of the method, then by tokens of a step. */
    private final Map<String, Map<Long, TrainingForecast>> forecasts = new LinkedHashMap<>();

    PerformancePage() {
        var methods = new LinkedHashMap<String, Selection>();
        methods.put(FFT, Selection.full(config));
        methods.put(HFT, draw(false));
        methods.put(FROZEN, draw(true));
        methods.forEach((name, selection) -> {
            var byTokens = new LinkedHashMap<Long, TrainingForecast>();
            for (var shape : List.of(shape(1, 1), shape(4, 1), shape(16, 2))) {
                byTokens.put(shape.stepTokens(), forecast(shape, selection));
            }
            forecasts.put(name, byTokens);
        });
    }

    private Selection draw(boolean frozen) {
        return Selection.draw(config, Strategy.of("category", 0.5), new Freeze(frozen, frozen, false), 42, 0);
    }

    private TrainingShape shape(int rows, int batches) {
        return new TrainingShape(config, rows, ROW, batches, new AdamWConfig(0.9, 0.999, 1e-8, 0));
    }

    private static TrainingForecast forecast(TrainingShape shape, Selection selection) {
        var device = new TrainingForecast.Device() {
            @Override
            public CostBackend open() {
                return new CudaCosts(AVAILABLE);
            }

            @Override
            public long available() {
                return AVAILABLE;
            }
        };
        return TrainingForecast.of(shape, selection, LADDER, device, GPU, RATES);
    }

    /** Name of a section to its text. */
    Map<String, String> sections() {
        var sections = new LinkedHashMap<String, String>();
        sections.put("assumptions", assumptions());
        sections.put("steps", steps());
        sections.put("memory", memory());
        sections.put("saving", saving());
        sections.put("kernels FFT 8192", kernels(FFT, 8192));
        sections.put("kernels HFT 8192", kernels(HFT, 8192));
        sections.put("kernels FFT 65536", kernels(FFT, 65_536));
        sections.put("kernels HFT 65536", kernels(HFT, 65_536));
        sections.put("gains", gains());
        return sections;
    }

    private TrainingForecast of(String method, long tokens) {
        return forecasts.get(method).get(tokens);
    }

    private StepForecast step(String method, long tokens) {
        return of(method, tokens).step().orElseThrow();
    }

    private static String assumptions() {
        var table = new Markdown("what", "of the data sheet", "reached", "that is");
        table.row(
                "memory",
                Figures.decimals(GPU.bytesPerSecond() * 1e-12, 2) + " TB/s",
                Figures.percent(RATES.memory()),
                Figures.decimals(GPU.bytesPerSecond() * RATES.memory() * 1e-12, 2) + " TB/s");
        table.row(tensor("large products of cuBLAS", RATES.products()));
        table.row(tensor("attention forward", RATES.attentionForward()));
        table.row(tensor("attention backward", RATES.attentionBackward()));
        return table.text() + "\nBetween two launches of a graph " + Figures.decimals(1e6 * RATES.recordedLaunch(), 1)
                + " µs, between two steps " + Math.round(1e6 * RATES.stepEnd()) + " µs; the second-level cache has "
                + Figures.decimals(RATES.cache(), 1) + " times the memory's rate.\n";
    }

    private static Object[] tensor(String what, double share) {
        return new Object[] {
            what,
            Math.round(GPU.operationsPerSecond() * 1e-12) + " TFLOP/s",
            Figures.percent(share),
            Math.round(GPU.operationsPerSecond() * share * 1e-12) + " TFLOP/s"
        };
    }

    private String steps() {
        var table = new Markdown(
                "tokens a step",
                "method",
                "learns",
                "ms",
                "tokens/s",
                "utilisation",
                "launches",
                "graphs",
                "recompute");
        for (long tokens : tokens()) {
            forecasts.forEach((method, byTokens) -> {
                var forecast = byTokens.get(tokens);
                var step = step(method, tokens);
                table.row(
                        Figures.whole(tokens),
                        method,
                        Figures.percent(forecast.selection().count().share()),
                        Figures.milliseconds(step.seconds()),
                        Figures.whole(Math.round(step.tokensPerSecond())),
                        Figures.percent(forecast.utilisation()),
                        Figures.whole(step.launches()),
                        step.recordings(),
                        forecast.taken()
                                .map(rung -> rung.name().toLowerCase(Locale.ROOT))
                                .orElse("does not fit"));
            });
        }
        return table.text() + "\nThe goals for FFT:\n\n" + goal(8192, 63_000) + goal(65_536, 70_000);
    }

    /** How far the prediction is from it, and what products would have to reach to close the gap alone. */
    private String goal(long tokens, double goal) {
        var step = step(FFT, tokens);
        double missing = step.seconds() - tokens / goal;
        double products = work(step, "y ") + work(step, "dx ") + work(step, "dW ");
        return "- " + Figures.whole(Math.round(goal)) + " tokens/s at " + Figures.whole(tokens)
                + " tokens a step: predicted are "
                + Figures.whole(Math.round(step.tokensPerSecond())) + ", "
                + Figures.percent(step.tokensPerSecond() / goal)
                + " of it; " + Figures.milliseconds(missing) + " ms are missing, which products at "
                + Figures.percent(RATES.products() * products / (products - missing)) + " instead of "
                + Figures.percent(RATES.products()) + " would make up for alone\n";
    }

    private List<Long> tokens() {
        return List.copyOf(forecasts.get(FFT).keySet());
    }

    private String memory() {
        var table = new Markdown("tokens a step", "method", "none", "cheap", "block", "of that activations (none)");
        for (long tokens : tokens()) {
            forecasts.forEach((method, byTokens) -> {
                var memory = byTokens.get(tokens).memory();
                var row = new ArrayList<Object>(List.of(Figures.whole(tokens), method));
                for (var rung : LADDER)
                    row.add(Figures.gigabytes(memory.get(rung).total()));
                row.add(Figures.gigabytes(memory.get(Recomputation.NONE).bytes().get(Category.ACTIVATIONS)));
                table.row(row.toArray());
            });
        }
        return table.text();
    }

    private String saving() {
        var table = new Markdown("tokens a step", "HFT saves", "with embeddings and head frozen", "design");
        var design = Map.of(2048L, "29–35 % (frozen)", 8192L, "", 65_536L, "13–20 %");
        for (long tokens : tokens()) {
            table.row(Figures.whole(tokens), saved(HFT, tokens), saved(FROZEN, tokens), design.get(tokens));
        }
        return table.text();
    }

    private String saved(String method, long tokens) {
        return Figures.percent(
                1 - step(method, tokens).seconds() / step(FFT, tokens).seconds());
    }

    private String kernels(String method, long tokens) {
        var step = step(method, tokens);
        var table = new Markdown("kernel", "launches", "GB asked", "GB moved", "TFLOP", "ms", "share", "bound by");
        for (var line : step.lines()) {
            table.row(
                    "`" + line.name() + "`",
                    line.launches(),
                    line.asked() == 0 ? "" : Figures.gigabytes(line.asked()),
                    Figures.gigabytes(line.moved()),
                    Figures.tera(line.operations()),
                    Figures.milliseconds(line.seconds()),
                    Figures.percent(line.seconds() / step.seconds()),
                    line.bound());
        }
        return table.text();
    }

    /** What an idea would save at most. */
    private record Gain(String idea, String limit, ToDoubleFunction<StepForecast> seconds) {}

    private static double work(StepForecast step, String kernel) {
        return step.lines().stream()
                .filter(line -> line.name().startsWith(kernel))
                .mapToDouble(line -> line.seconds() - line.launches() * RATES.recordedLaunch())
                .sum();
    }

    private static Gain whole(String idea, String limit, String kernel) {
        return new Gain(idea, limit, step -> step.secondsOf(kernel));
    }

    private static final List<Gain> GAINS = List.of(
            new Gain(
                    "Attention with Hopper's own matrix instruction (`wgmma`)",
                    "its products at 1/0.62 of the rate",
                    step -> (work(step, "attention_forward")
                                    + work(step, "attention_backward")
                                    + work(step, "attention_delta_recompute"))
                            * 0.38),
            new Gain(
                    "Attention backward in one pass",
                    "five products instead of seven; sums by several blocks then need a fixed order",
                    step -> (work(step, "attention_backward_query") + work(step, "attention_backward_key_value"))
                            * 2
                            / 7),
            whole("SwiGLU in the epilogue of gate and up", "all of its kernel", "swiglu_forward"),
            whole("SwiGLU's backward in the epilogue of down's input gradient", "all of its kernel", "swiglu_backward"),
            whole("RoPE in the epilogue of QKV, and in attention's backward", "all of its kernel", "rope"),
            whole(
                    "The residual sum as the C of down's product (cublasLt)",
                    "all of `add`: C is read beside the tensor cores' work",
                    "add"),
            new Gain(
                    "The residual sum in the next block's norm",
                    "one of three reads and the launch",
                    step -> work(step, "add") / 3 + step.secondsOf("add") - work(step, "add")),
            whole(
                    "A norm's weight gradient in the kernel of its input gradient",
                    "the second reading of x and dy",
                    "rms_norm_backward_weight_partial"),
            whole(
                    "The gradient norm from the epilogue of weight gradients",
                    "all of its pass",
                    "gradient_norm_partial"),
            new Gain(
                    "bf16 moments (`--moments_dtype bfloat16`)",
                    "8 of AdamW's 30 bytes",
                    step -> work(step, "adamw_f32") * 8 / 30),
            new Gain(
                    "Gradients in bf16",
                    "2 of AdamW's 30 bytes, half of the norm's; sums over batches lose digits",
                    step -> work(step, "adamw_f32") * 2 / 30 + work(step, "gradient_norm_partial") / 2),
            new Gain(
                    "The softmax's sums from the epilogue of the head's product",
                    "one of three passes over the logits",
                    step -> work(step, "cross_entropy_forward_backward") / 3));

    private String gains() {
        var fft = step(FFT, 8192);
        var table = new Markdown("idea", "at most", "FFT, 8192", "HFT, 8192", "FFT, 65 536", "HFT, 65 536");
        GAINS.stream()
                .sorted(Comparator.comparingDouble(
                                (Gain gain) -> Math.max(share(gain, fft), share(gain, step(HFT, 8192))))
                        .reversed())
                .forEach(gain -> {
                    Function<StepForecast, String> of = step -> Figures.percent(share(gain, step));
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
}
