package org.halftune.model;

/**
 * The lengths that a batch's tokens and labelled rows are padded to. A graph serves one pair of lengths, so rows of mixed lengths replay
 * graphs only if there are few pairs; but padding is computed with.
 *
 * @param padding every length is a multiple of it, and no two are closer; 1: nothing is padded
 * @param most no length is above it; the largest batch is padded to it, so that buckets cost no memory
 */
public record Buckets(int padding, Grid tokens, Grid rows, int most) {
    /** Seconds by which a launch costs more outside a graph: what {@code plan.Rates} assumes, not measured. */
    static final double LAUNCH = 2.5e-6;

    /**
     * What the launches of one layer, forward and back, cost more than in a graph, in operations that a GPU could do meanwhile: some 33
     * launches, at 400·10¹² operations a second (an H100's peak is 989·10¹²). Not measured.
     */
    private static final double LAUNCHES_OF_A_LAYER = 33 * LAUNCH * 400e12;

    /**
     * The lengths between a power of two and the next lie at equal distances.
     *
     * @param parts how many there are, a power of two: padding adds less than 1/parts
     * @param widest the largest distance
     */
    public record Grid(int parts, int widest) {
        /** Lengths as close as padding allows. */
        public static final Grid FINEST = new Grid(1, 1);

        private int step(int count, int padding) {
            int part = Integer.highestOneBit(Math.max(1, count - 1)) / parts;
            return Integer.highestOneBit(Math.max(1, Math.min(part, widest) / padding)) * padding;
        }
    }

    /**
     * Of passes that a backend captures as graphs: 8 lengths of tokens and 4 of rows a doubling, by measuring real rows
     * ({@code benchmarks/results/2026-11-27-graph-buckets.md}); but never so far apart that computing with a bucket of padding takes longer
     * than the launches that a graph saves. So a large model, which takes longer for a token than for its launch, is padded to multiples of
     * {@code padding}.
     *
     * @param tokens of the largest batch
     */
    public static Buckets ofGraphs(int padding, int tokens, LlamaConfig config) {
        double saved = config.layers() * LAUNCHES_OF_A_LAYER;
        double block = ParameterSpec.all(config).stream()
                .filter(spec -> spec.role().inLayer())
                .mapToDouble(ParameterSpec::elements)
                .sum();
        double head = (double) config.vocabSize() * config.hiddenSize();
        var tokenGrid = new Grid(8, (int) Math.min(1 << 20, saved / (6 * block)));
        var rowGrid = new Grid(4, (int) Math.min(1 << 20, saved / (6 * head)));
        return new Buckets(padding, tokenGrid, rowGrid, (int) BatchLayout.padded(tokens, padding));
    }

    /** Of passes that run once. */
    static Buckets ofSinglePasses(int padding) {
        return new Buckets(padding, Grid.FINEST, Grid.FINEST, Integer.MAX_VALUE);
    }

    /** What T tokens are padded to. */
    public int tokens(int count) {
        return padded(count, tokens);
    }

    /** What R labelled rows are padded to in a batch that is padded to {@code tokens}. */
    public int rows(int count, int tokens) {
        return Math.min(tokens, padded(count, rows));
    }

    /** The capacity for batches of {@code capacity} after {@link Batch#padded}. */
    Capacity padded(Capacity capacity) {
        int widest = padding == 1 ? 1 : tokens.step(capacity.tokens(), padding);
        return new Capacity(tokens(capacity.tokens()), capacity.sequences() + widest - 1);
    }

    private int padded(int count, Grid grid) {
        if (padding == 1) return count;
        return (int) Math.min(most, BatchLayout.padded(count, grid.step(count, padding)));
    }
}
