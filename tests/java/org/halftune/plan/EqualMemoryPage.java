package org.halftune.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.console.Amounts;
import org.halftune.hft.Selection;
import org.halftune.optim.AdamWConfig;

/** The methods at Llama-3.2-1B's shape in the same memory, with the rates of an H200. */
final class EqualMemoryPage {
    private EqualMemoryPage() {}

    /** 8192 tokens a step, in rows of 2048. */
    static EqualMemoryForecast of(List<Budget> budgets) {
        var config = MeasuredStep.config(MeasuredStep.LLAMA_1B);
        var shape = new TrainingShape(config, 4, 2048, 1, new AdamWConfig(0.9, 0.95, 1e-8, 0.1, 1));
        var methods = new LinkedHashMap<String, Selection>();
        for (var method : List.of(MeasuredStep.FFT, MeasuredStep.HFT, MeasuredStep.FROZEN)) {
            methods.put(method, MeasuredStep.selection(config, method));
        }
        var clock = TrainingForecast.clock(H200.DEVICE, H200.GPU, H200.RATES);
        try (var backend = new CudaCostModel(H200.AVAILABLE)) {
            return EqualMemoryForecast.of(shape, methods, budgets, H200.LADDER, backend, Optional.of(clock));
        }
    }

    static String table() {
        var budgets = Budget.CARDS.stream().filter(card -> card.bytes() < 45e9).toList();
        var table = new Markdown("memory", "method", "batches", "recompute", "GB", "ms", "tokens/s", "of FFT's time");
        for (var row : of(budgets).rows()) {
            row.methods().forEach((method, entry) -> {
                var cut = entry.cut();
                var ratio = row.timeAgainstFull(entry);
                table.row(
                        row.budget().title(),
                        PerformancePage.TITLES.get(method),
                        entry.fits() ? cut.batches() + " × " + cut.rows() : "does not fit",
                        entry.fits() ? cut.recomputation().name().toLowerCase(Locale.ROOT) : "",
                        (entry.fits() ? "" : "≥ ") + ForecastFigures.gigabytes(cut.bytes()),
                        entry.step()
                                .map(step -> ForecastFigures.milliseconds(step.seconds()))
                                .orElse(""),
                        entry.step()
                                .map(step -> Amounts.exact(Math.round(step.tokensPerSecond())))
                                .orElse(""),
                        ratio.isPresent() ? ForecastFigures.decimals(ratio.getAsDouble(), 3) : "");
            });
        }
        return table.text();
    }
}
