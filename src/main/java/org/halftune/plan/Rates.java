package org.halftune.plan;

import org.halftune.backend.cost.Work;

/**
 * The constants of the time model for a GPU, each with its source. Those of the H200 were measured on 2026-11-27
 * (benchmarks/results/2026-11-27-h200.md) and predict its 13 measured steps within 5 % ({@code MeasuredStepsTest}). Those of other GPUs
 * are assumed.
 *
 * <p>Tensor core rates are for a single kernel on a cool device. In a step they are multiplied by {@link #load}, because the device
 * lowers its clock to stay within its power limit.
 *
 * @param memory fraction of the memory bandwidth reached by kernels that are bound by memory
 * @param cache bandwidth of the L2 cache relative to memory
 * @param products fraction of the tensor core rate reached by large cuBLAS products
 * @param attentionForward fraction of the tensor core rate reached by attention forward, counting the causal half
 * @param attentionQuery the same for the backward pass of the queries
 * @param attentionKeyValue the same for keys and values
 * @param load fraction of the clock under continuous tensor core load
 * @param graphLaunch seconds between two kernels in a graph
 * @param launch seconds between two kernels launched by the host
 * @param graphNode seconds per kernel that the device waits for the launch of a step's first graph
 * @param stepEnd seconds that the device waits for the host between two steps
 */
public record Rates(
        Rate memory,
        Rate cache,
        Rate products,
        Rate attentionForward,
        Rate attentionQuery,
        Rate attentionKeyValue,
        Rate load,
        Rate graphLaunch,
        Rate launch,
        Rate graphNode,
        Rate stepEnd) {

    /** Memory bandwidth of one multiprocessor, relative to an equal share of the total. */
    static final double ALONE = 2;

    private static final String H200_STEP = "an FFT step with the shape of Llama-3.2-1B, 8,192 tokens, by kernel";

    private static final Rates H200 = new Rates(
            Rate.measured(
                    0.84,
                    H200_STEP
                            + ": all kernels bound by memory together; single kernels 0.56 to 0.95, AdamW 0.82, a copy 0.89"),
            Rate.assumed(1.7, "no kernel is limited by it"),
            Rate.measured(0.84, H200_STEP + ": all products together"),
            Rate.measured(0.257, H200_STEP + ", heads of 64"),
            Rate.measured(0.345, H200_STEP + ", heads of 64"),
            Rate.measured(0.216, H200_STEP + ", heads of 64"),
            Rate.measured(0.89, "step time vs the sum of its kernels: 130 vs 118 ms"),
            Rate.assumed(1.5e-6, "usual for graphs"),
            Rate.assumed(4e-6, "usual for launches"),
            Rate.measured(
                    2e-6, "\"other\" time of steps: 0.4 ms for a small model, 1 to 2 ms for the shape of Llama-3.2-1B"),
            Rate.assumed(60e-6, "two small copies and one synchronisation"));

    public static Rates of(Gpu gpu) {
        return switch (gpu) {
            case H200 -> H200;
            case H100 ->
                likeH200(
                        H200.products.value(),
                        "as measured on an H200, which has the same multiprocessors",
                        H200.load.value());
            case H100_PCIE -> likeH200(0.60, "the 350 W limit lowers the clock; includes the load", 1);
            case A100, A100_40GB, RTX3090 -> older(0.85);
            case L40S -> older(0.60);
            case RTX4090 -> older(0.88);
        };
    }

    /** The same generation: rates of our kernels are the same, those of products depend on the power limit. */
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
                H200.graphLaunch,
                H200.launch,
                Rate.assumed(H200.graphNode.value(), same),
                H200.stepEnd);
    }

    /**
     * Ampere and Ada. FlashAttention-2, which uses the same matrix instruction as our kernels, reaches 0.5 to 0.73 on an A100 (arXiv
     * 2307.08691), more than on an H100, because the tensor cores are slower relative to the rest.
     */
    private static Rates older(double products) {
        var paper = "FlashAttention-2 on an A100 reaches 0.5 to 0.73 (arXiv 2307.08691)";
        return new Rates(
                Rate.assumed(H200.memory.value(), "as measured on an H200"),
                H200.cache,
                Rate.assumed(products, "usual for cuBLAS; includes the load"),
                Rate.assumed(0.50, paper),
                Rate.assumed(0.42, paper),
                Rate.assumed(0.42, paper),
                Rate.assumed(1, "included in the other rates"),
                H200.graphLaunch,
                H200.launch,
                Rate.assumed(H200.graphNode.value(), "as measured on an H200's host"),
                H200.stepEnd);
    }

    /** The same for a single kernel on a cool device. */
    public Rates withoutLoad() {
        return new Rates(
                memory,
                cache,
                products,
                attentionForward,
                attentionQuery,
                attentionKeyValue,
                Rate.assumed(1, "a single kernel"),
                graphLaunch,
                launch,
                graphNode,
                stepEnd);
    }

    /** Whether these rates were measured on this kind of GPU. */
    public boolean measured() {
        return products.isMeasured();
    }

    /** Fraction of the tensor core rate that one of our kernels reaches under load. */
    double tensorShare(String kernel) {
        var rate = kernel.startsWith("attention_forward")
                ? attentionForward
                : kernel.startsWith("attention_backward_key_value") ? attentionKeyValue : attentionQuery;
        return rate.value() * load.value();
    }

    /** Fraction of the tensor core rate that a product reaches under load. */
    double productShare(Work.Product product, int multiprocessors) {
        return products.value() * load.value() * ProductTiles.share(product, multiprocessors);
    }
}
