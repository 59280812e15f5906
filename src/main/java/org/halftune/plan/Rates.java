package org.halftune.plan;

import org.halftune.backend.cost.Work;

/**
 * What a GPU is expected to reach of its data sheet, each with where it is from. Those of the H200 were measured on 2026-11-27
 * (benchmarks/results/2026-11-27-h200.md) and hold its 13 steps within 5 % ({@code MeasuredStepsTest}); the others' are assumed.
 *
 * <p>Rates of the tensor cores are those of a kernel alone on a cool device. In a step they are multiplied by {@link #load}: the device
 * lowers its clocks to stay within its power.
 *
 * @param memory of the memory's rate, for kernels that stream
 * @param cache rate of the second-level cache in multiples of the memory's
 * @param products of the tensor cores' rate, for large products of cuBLAS
 * @param attentionForward of the tensor cores' rate, counting the causal half
 * @param attentionQuery the same of attention's backward pass for the queries
 * @param attentionKeyValue the same for keys and values
 * @param load of the clock, when tensor cores work without pause
 * @param recordedLaunch seconds from the end of a kernel to the next one's first work, inside a graph
 * @param launch the same for launches from the host
 * @param graphNode seconds in which the device waits for the launch of a step's first graph, for each of its kernels
 * @param stepEnd seconds in which the device waits for the host between two steps
 */
public record Rates(
        Rate memory,
        Rate cache,
        Rate products,
        Rate attentionForward,
        Rate attentionQuery,
        Rate attentionKeyValue,
        Rate load,
        Rate recordedLaunch,
        Rate launch,
        Rate graphNode,
        Rate stepEnd) {

    /** How much more of the memory's rate than its even share one multiprocessor can draw. */
    static final double ALONE = 2;

    private static final String H200_STEP = "an FFT step of Llama-3.2-1B's shape, 8,192 tokens, kernel by kernel";

    private static final Rates H200 = new Rates(
            Rate.measured(0.84, H200_STEP + ": all that stream, 0.56 to 0.95 each; AdamW 0.82, a copy 0.89"),
            Rate.assumed(1.7, "no kernel is bound by it"),
            Rate.measured(0.84, H200_STEP + ": the sum of all products"),
            Rate.measured(0.257, H200_STEP + ", heads of 64"),
            Rate.measured(0.345, H200_STEP + ", heads of 64"),
            Rate.measured(0.216, H200_STEP + ", heads of 64"),
            Rate.measured(0.89, "whole steps against the sum of their kernels: 130 against 118 ms"),
            Rate.assumed(1.5e-6, "usual for graphs"),
            Rate.assumed(4e-6, "usual for launches"),
            Rate.measured(
                    2e-6, "the part \"other\" of steps: 0.4 ms of a small model, 1 to 2 ms of Llama-3.2-1B's shape"),
            Rate.assumed(60e-6, "two small copies and a wait"));

    public static Rates of(Gpu gpu) {
        return switch (gpu) {
            case H200 -> H200;
            case H100 ->
                likeH200(
                        H200.products.value(),
                        "as measured on an H200, whose multiprocessors are the same",
                        H200.load.value());
            case H100_PCIE -> likeH200(0.60, "350 W hold the clocks down; the load is in it", 1);
            case A100, A100_40GB, RTX3090 -> older(0.85);
            case L40S -> older(0.60);
            case RTX4090 -> older(0.88);
        };
    }

    /** Of the same generation: our kernels' shares carry over, those of products depend on the power limit. */
    private static Rates likeH200(double products, String why, double load) {
        var same = "as measured on an H200";
        return new Rates(
                Rate.assumed(H200.memory.value(), same),
                H200.cache,
                Rate.assumed(products, why),
                Rate.assumed(H200.attentionForward.value(), same),
                Rate.assumed(H200.attentionQuery.value(), same),
                Rate.assumed(H200.attentionKeyValue.value(), same),
                Rate.assumed(load, same),
                H200.recordedLaunch,
                H200.launch,
                Rate.assumed(H200.graphNode.value(), same),
                H200.stepEnd);
    }

    /**
     * Ampere and Ada. FlashAttention-2, whose matrix instruction ours use, reaches 0.5 to 0.73 on an A100 (arXiv 2307.08691), more
     * than on an H100, because the tensor cores are slower beside everything else.
     */
    private static Rates older(double products) {
        var paper = "FlashAttention-2 on an A100 reaches 0.5 to 0.73 (arXiv 2307.08691)";
        return new Rates(
                Rate.assumed(H200.memory.value(), "as measured on an H200"),
                H200.cache,
                Rate.assumed(products, "usual for cuBLAS; the load is in it"),
                Rate.assumed(0.50, paper),
                Rate.assumed(0.42, paper),
                Rate.assumed(0.42, paper),
                Rate.assumed(1, "in the others' shares"),
                H200.recordedLaunch,
                H200.launch,
                Rate.assumed(H200.graphNode.value(), "as measured on an H200's host"),
                H200.stepEnd);
    }

    /** The same for a kernel that runs alone, on a cool device. */
    public Rates withoutLoad() {
        return new Rates(
                memory,
                cache,
                products,
                attentionForward,
                attentionQuery,
                attentionKeyValue,
                Rate.assumed(1, "alone"),
                recordedLaunch,
                launch,
                graphNode,
                stepEnd);
    }

    /** Whether anything here was measured on such a GPU. */
    public boolean measured() {
        return products.isMeasured();
    }

    /** Of the tensor cores' rate under load, for one of our kernels. */
    double tensorShare(String kernel) {
        var rate = kernel.startsWith("attention_forward")
                ? attentionForward
                : kernel.startsWith("attention_backward_key_value") ? attentionKeyValue : attentionQuery;
        return rate.value() * load.value();
    }

    /** Of the tensor cores' rate under load, for a product. */
    double productShare(Work.Product product, int multiprocessors) {
        return products.value() * load.value() * ProductTiles.share(product, multiprocessors);
    }
}
