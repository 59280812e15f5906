package org.halftune.plan;

import java.util.Locale;

/** What a reader of predicted times must know of the rates behind them. */
public final class RatesNote {
    private RatesNote() {}

    /** In two or three sentences, what was measured and what is assumed. */
    public static String of(Gpu gpu, Rates rates) {
        var origin = rates.measured()
                ? "Times are predictions; the 13 steps that the rates were fitted to come out within 5 %% (docs/performance.md). Measured on an %s:"
                : "Times are predictions, and nothing was measured on such a GPU. Assumed of an %s:";
        return String.format(
                Locale.ROOT,
                origin
                        + " kernels that stream reach %.0f %% of %.2f TB/s, large products %.0f %% of %.0f TFLOP/s in bf16 (data"
                        + " sheet), attention %.0f %% forward, and backward %.0f %% for queries and %.0f %% for keys and values; tensor"
                        + " cores keep %.0f %% of that under load; a graph's launch takes %.1f µs a kernel. %s %.1f µs between two"
                        + " launches of a graph.",
                gpu.title(),
                100 * rates.memory().value(),
                gpu.bytesPerSecond() * 1e-12,
                100 * rates.products().value(),
                gpu.operationsPerSecond() * 1e-12,
                100 * rates.attentionForward().value(),
                100 * rates.attentionQuery().value(),
                100 * rates.attentionKeyValue().value(),
                100 * rates.load().value(),
                1e6 * rates.graphNode().value(),
                rates.measured() ? "Assumed:" : "Also:",
                1e6 * rates.recordedLaunch().value());
    }
}
