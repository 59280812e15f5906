package org.halftune.plan;

import java.util.Locale;

/** A note about the rates behind predicted times. */
public final class RatesNote {
    private RatesNote() {}

    /** Two or three sentences about measured and assumed rates. */
    public static String of(Gpu gpu, Rates rates) {
        var origin = rates.measured()
                ? "Times are predictions, within 5 %% of the 13 measured steps that the rates were fitted to (docs/performance.md). Measured on an %s:"
                : "Times are predictions. Nothing was measured on this kind of GPU. Assumed for an %s:";
        return String.format(
                Locale.ROOT,
                origin
                        + " kernels bound by memory reach %.0f %% of %.2f TB/s, large products %.0f %% of %.0f TFLOP/s in bf16 (data"
                        + " sheet), attention reaches %.0f %% in the forward pass; in the backward pass %.0f %% for queries, %.0f %% for keys and values;"
                        + " under load, tensor cores reach %.0f %% of these rates; launching a graph takes %.1f µs per kernel. %s %.1f µs"
                        + " between two kernels of a graph.",
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
                1e6 * rates.graphLaunch().value());
    }
}
