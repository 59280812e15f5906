package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.halftune.backend.Allocator;
import org.halftune.backend.Arena;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.Measure;
import org.halftune.backend.Ops;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.tensor.HostTensor;
import org.jspecify.annotations.Nullable;

/**
 * A Llama (Touvron et al. 2023, arXiv 2302.13971) with its training pass: embedding, blocks, head, and back.
 *
 * <p>There is no autograd. {@link #forwardBackward} reads from top to bottom; each layer's backward stands under its
 * forward. Owns the activations for batches up to a {@link Capacity}; weights and gradients belong to others. The
 * backward pass goes down to the lowest parameter that learns and no further, and keeps activations no deeper.
 */
public final class Llama implements AutoCloseable {
    private final Backend backend;
    private final Ops ops;
    private final LlamaConfig config;
    private final Recomputation recomputation;
    private final Parameter embedding;
    private final List<Block> blocks = new ArrayList<>();
    private final Head head;
    /** The lowest block that learns or has something learning below; the block count if none. */
    private final int lowest;

    private final List<Arena> arenas = new ArrayList<>();
    private final Shared shared;
    private final Stored stored;
    private final Tensor logits;

    private float[] tokenLosses = {};

    /** What a pass uses and leaves nothing in. */
    private record Shared(DeviceBatch batch, RopeTables rope, Workspace workspace) {}

    /** What a pass leaves: each block's activations, the stream after the last block, the head's rows. */
    private record Stored(List<BlockActivations> blocks, Tensor output, Head.Buffers head) {}

    /** Allocates for batches up to {@code capacity}. */
    public Llama(Backend backend, Parameters parameters, Capacity capacity, Recomputation recomputation) {
        this.backend = backend;
        this.recomputation = recomputation;
        ops = backend.ops();
        config = parameters.config();
        embedding = parameters.get(Role.EMBEDDING, -1);
        head = new Head(backend, parameters);
        int tokens = capacity.tokens();
        boolean learns = !parameters.trainable().isEmpty();

        shared = reserve(
                Category.WORKSPACE,
                a -> new Shared(
                        DeviceBatch.allocate(a, capacity),
                        RopeTables.allocate(a, config, Math.min(config.maxPositions(), tokens)),
                        Workspace.allocate(a, config, tokens, learns)));
        shared.rope.fill(backend, config);
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(new Block(ops, parameters, layer, shared.rope, recomputation));
        }
        lowest = lowestTrainable();
        stored = reserve(
                Category.ACTIVATIONS,
                a -> new Stored(
                        blockActivations(a, tokens),
                        a.floats(tokens, config.hiddenSize()),
                        Head.Buffers.allocate(a, config, tokens, learns)));
        logits = reserve(Category.LOGITS, a -> a.floats(Head.chunkRows(config, tokens), config.vocabSize()));
    }

    /** Measures a layout, reserves exactly that, and lays it out. */
    private <T> T reserve(Category category, Function<Allocator, T> layout) {
        var arena = new Arena(backend, category, Measure.of(a -> {
            var _ = layout.apply(a);
        }));
        arenas.add(arena);
        return layout.apply(arena);
    }

    private int lowestTrainable() {
        if (embedding.trainable()) return 0;
        int layer = 0;
        while (layer < blocks.size() && !blocks.get(layer).trainable()) layer++;
        return layer;
    }

    /** Blocks below the lowest that learns share one set: nobody comes back to it. With checkpointing, all do but for x. */
    private List<BlockActivations> blockActivations(Allocator allocator, long tokens) {
        boolean checkpoint = recomputation == Recomputation.BLOCK;
        var all = new ArrayList<BlockActivations>();
        @Nullable BlockActivations common = null;
        for (int layer = 0; layer < blocks.size(); layer++) {
            if (common == null && (checkpoint || layer < lowest)) {
                var kept = checkpoint ? Kept.EVERYTHING : Kept.NOTHING;
                common = BlockActivations.allocate(allocator, config, tokens, kept, shared.workspace);
            }
            if (layer < lowest && common != null) {
                all.add(common);
            } else if (checkpoint && common != null) {
                all.add(common.withInput(allocator.floats(tokens, config.hiddenSize())));
            } else {
                var kept = blocks.get(layer).kept();
                all.add(BlockActivations.allocate(allocator, config, tokens, kept, shared.workspace));
            }
        }
        return List.copyOf(all);
    }

    public LlamaConfig config() {
        return config;
    }

    /**
     * One pass forward and back: adds the gradients of {@code scale·Σ token losses} to those of the trainable parameters.
     *
     * @param scale 1 / labelled tokens of all batches that make one step
     */
    public LossSum forwardBackward(Batch batch, double scale) {
        backend.timeline().enter(Phase.FORWARD);
        var loaded = load(batch);
        int tokens = loaded.tokenCount();
        var w = shared.workspace.rows(tokens);
        var x = forward(loaded, w);

        boolean blocksLearn = lowest < blocks.size();
        if (loaded.labelledCount() > 0 && (blocksLearn || head.trainable())) {
            head.lossesAndGradients(
                    w.stream(), stored.head, x, loaded, logits, (float) scale, blocksLearn || embedding.trainable());
            backend.timeline().enter(Phase.BACKWARD_INPUT);
            if (blocksLearn || embedding.trainable()) backward(loaded, w);
        }
        var sum = sumLosses(loaded);
        backend.timeline().enter(Phase.OTHER);
        return sum;
    }

    private DeviceBatch.Loaded load(Batch batch) {
        batch.check(config.vocabSize(), config.maxPositions());
        return shared.batch.upload(backend, batch, new int[batch.sequenceCount()]);
    }

    /** The stream [T,H] after all blocks. */
    private Tensor forward(DeviceBatch.Loaded batch, Workspace w) {
        int tokens = batch.tokenCount();
        var attend = attention(batch);
        ops.embeddingForward(input(0, tokens), embedding.value(), batch.tokens()); // [T,H] = [V,H] at [T]
        for (int layer = 0; layer < blocks.size(); layer++) {
            var a = stored.blocks.get(layer).rows(tokens);
            blocks.get(layer).forward(input(layer + 1, tokens), a, batch.positions(), attend, w);
        }
        return input(blocks.size(), tokens);
    }

    private void backward(DeviceBatch.Loaded batch, Workspace w) {
        int tokens = batch.tokenCount();
        for (int layer = blocks.size() - 1; layer >= lowest; layer--) {
            var a = stored.blocks.get(layer).rows(tokens);
            var block = blocks.get(layer);
            if (recomputation == Recomputation.BLOCK) block.fill(a, batch.positions(), attention(batch), w);
            boolean below = layer > lowest || embedding.trainable();
            block.backward(a, batch.positions(), batch.sequences(), w, below);
        }
        if (embedding.gradient() != null) ops.embeddingBackward(embedding.gradient(), w.stream(), batch.tokens());
    }

    private Attend attention(DeviceBatch.Loaded batch) {
        return a ->
                ops.attentionForward(a.attended(), a.lse(), a.q(), a.k(), a.v(), batch.sequences(), config.headSize());
    }

    /** The stream [T,H] before a block; after the last one it has a buffer of its own. */
    private Tensor input(int layer, int tokens) {
        return layer < blocks.size() ? stored.blocks.get(layer).x().rows(tokens) : stored.output.rows(tokens);
    }

    /** The losses alone, without gradients. */
    public LossSum evaluate(Batch batch) {
        var loaded = load(batch);
        var x = forward(loaded, shared.workspace.rows(loaded.tokenCount()));
        head.losses(stored.head, x, loaded, logits);
        return sumLosses(loaded);
    }

    private LossSum sumLosses(DeviceBatch.Loaded batch) {
        var losses = backend.download(stored.head.losses().rows(batch.labelledCount()))
                .toFloats();
        tokenLosses = new float[batch.tokenCount()];
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += losses[i];
            tokenLosses[batch.labelledRows()[i]] = losses[i];
        }
        return new LossSum(sum, losses.length);
    }

    /** Loss of each token of the last batch in nats; 0 where there is no label. */
    public float[] tokenLosses() {
        return tokenLosses.clone();
    }

    /** [T,V] fp32 logits of every token: for looking at small batches, since training never makes them. */
    public HostTensor logits(Batch batch) {
        var loaded = load(batch);
        int tokens = loaded.tokenCount();
        var x = forward(loaded, shared.workspace.rows(tokens));
        var all = IntStream.range(0, tokens).toArray();
        try (var arena = new Arena(backend, Category.LOGITS, logitsLayout(tokens))) {
            var rows = arena.ints(tokens);
            var result = arena.floats(tokens, config.vocabSize());
            backend.upload(rows, HostTensor.of(all));
            head.logits(result, stored.head, x, rows);
            return backend.download(result);
        }
    }

    private long logitsLayout(int tokens) {
        return Measure.of(a -> {
            a.ints(tokens);
            a.floats(tokens, config.vocabSize());
        });
    }

    @Override
    public void close() {
        arenas.forEach(Arena::close);
    }
}
