package org.halftune.plan;

import org.halftune.backend.cost.Work;

/**
 * What shares of a GPU's data sheet are expected. These are assumptions, not measurements: no kernel of ours has run on a GPU. They
 * stand here, and on every page that uses them, so that the first run can correct them one by one.
 *
 * @param memory of the memory's rate, for kernels that stream; large copies reach 0.85 to 0.9 of it
 * @param products of the tensor cores' rate, for large products of cuBLAS; H100s are held back by their power limit
 * @param attentionForward of the tensor cores' rate. FlashAttention-2, which ours follows, reaches 0.5 to 0.73 on an A100 (arXiv
 *     2307.08691) and 0.35 on an H100 (arXiv 2407.08608), whose older matrix instruction, the one used here, runs at 0.62 of the new
 *     one's rate (arXiv 2402.13499)
 * @param attentionBackward the same, where less of the time is products
 * @param cache rate of the second-level cache in multiples of the memory's
 * @param recordedLaunch seconds from the end of a kernel to the next one's first work, inside a graph
 * @param launch the same for launches from the host
 * @param stepEnd seconds in which the device waits for the host between two steps
 */
public record Rates(
        double memory,
        double products,
        double attentionForward,
        double attentionBackward,
        double cache,
        double recordedLaunch,
        double launch,
        double stepEnd) {

    /** How much more of the memory's rate than its even share one multiprocessor can draw. */
    static final double ALONE = 2;

    /** Elements of k in which a product's pipeline fills and drains. */
    private static final double PIPELINE = 128;

    public static Rates of(Gpu gpu) {
        double products = switch (gpu) {
            case H100, H200 -> 0.72;
            case H100_PCIE, L40S -> 0.60; // 350 W
            case A100, A100_40GB, RTX3090 -> 0.85;
            case RTX4090 -> 0.88;
        };
        return switch (gpu.generation()) {
            case HOPPER -> new Rates(0.85, products, 0.31, 0.26, 1.7, 1.5e-6, 4e-6, 60e-6);
            case AMPERE, ADA -> new Rates(0.85, products, 0.50, 0.42, 1.7, 1.5e-6, 4e-6, 60e-6);
        };
    }

    /** Of the tensor cores' rate, for one of our kernels. */
    double tensorShare(String kernel) {
        return kernel.startsWith("attention_forward") ? attentionForward : attentionBackward;
    }

    /**
     * Of the tensor cores' rate, for a product: that of large ones, less what the last wave of tiles leaves idle, what tiles reach
     * over the edges, and the filling of the pipeline. The library is trusted to choose the best of a few tiles, and to cut k.
     */
    double productShare(Work.Product product, int multiprocessors) {
        double best = 0;
        for (var tile : TILES) {
            for (int cut = 1; cut <= 8; cut *= 2) {
                if (cut > 1 && product.k() / cut < 1024) break;
                double tiles = Math.ceil((double) product.m() / tile.m) * Math.ceil((double) product.n() / tile.n);
                double inside = (double) product.m() * product.n() / (tiles * tile.m * tile.n);
                double busy = tiles * cut / (Math.ceil(tiles * cut / multiprocessors) * multiprocessors);
                double depth = (double) product.k() / cut;
                double share = tile.quality * inside * busy * depth / (depth + PIPELINE) * (cut > 1 ? 0.93 : 1);
                best = Math.max(best, share);
            }
        }
        return products * best;
    }

    /**
     * @param quality what a kernel with such tiles reaches of the best one's rate
     */
    private record Tile(int m, int n, double quality) {}

    private static final Tile[] TILES = {
        new Tile(256, 128, 1),
        new Tile(128, 256, 1),
        new Tile(192, 128, 0.95),
        new Tile(128, 192, 0.95),
        new Tile(128, 128, 0.9),
        new Tile(128, 64, 0.75),
        new Tile(64, 128, 0.75),
        new Tile(64, 64, 0.6)
    };
}
