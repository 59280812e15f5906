package org.halftune.plan;

import org.halftune.backend.cost.Work;

/**
 * How well the tiles of a cuBLAS product use a GPU: 1 for a large product, less if the last wave of tiles leaves multiprocessors idle,
 * if tiles extend over the edges, and for filling the pipeline. Assumes that cuBLAS chooses the best tile and splits k if useful.
 */
final class ProductTiles {
    /** Elements of k during which the pipeline fills and drains. */
    private static final double PIPELINE = 128;

    /** @param quality rate of a kernel with these tiles, relative to the best kernel */
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

    private ProductTiles() {}

    /** The rate relative to that of large products. */
    static double share(Work.Product product, int multiprocessors) {
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
        return best;
    }
}
