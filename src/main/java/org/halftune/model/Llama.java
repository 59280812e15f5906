package org.halftune.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArena;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.Gradient;
import org.halftune.backend.Measure;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Ops;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.tensor.HostTensor;
import org.jspecify.annotations.Nullable;

/**
 * A Llama (Touvron et al. 2023, arXiv 2302.13971) with its training pass: embedding, blocks, head, and back.
 *
 * <p>There is no autograd. {@link #forward} and {@link #backward} read from top to bottom; each layer's backward stands under its
 * forward. Owns the activations for batches up to a {@link Capacity}; weights and gradients belong to others. The
 * backward pass goes down to the lowest parameter that learns and no further, and keeps activations no deeper.
 */
public final class Llama implements AutoCloseable {
    private final Backend backend;
    private final Ops ops;
    private final LlamaConfig config;
    private final Capacity capacity;
    private final Buckets buckets;
    /** Ints of notes that every batch has on the device. */
    private final int notes;

    private final Recomputation recomputation;
    private final Parameter embedding;
    private final List<Block> blocks = new ArrayList<>();
    private final Head head;
    private final List<Gradient> gradients;
    /** The lowest block that learns or has something learning below; the block count if none. */
    private final int lowest;

    private final DeviceArenas arenas;
    private final Shared shared;
    private final Stored stored;
    private final Tensor logits;

    private @Nullable Prepared prepared;

    /**
     * What every pass uses.
     *
     * @param batch where ops read the batch: a block of ints
     * @param ahead where the next one arrives meanwhile
     * @param lossSum [2] the losses of all batches since they were last taken
     */
    private record Shared(Tensor batch, Tensor ahead, RopeTables rope, Workspace workspace, Tensor lossSum) {}

    /** A batch that was copied to the device while the pass before it ran. */
    private record Prepared(WeightedBatch batch, PackedBatch packed) {}

    /** What a pass leaves: each block's activations, the stream after the last block, the head's rows. */
    private record Stored(List<BlockActivations> blocks, Tensor output, Head.Buffers head) {}

    /** Allocates for batches up to {@code capacity}, without notes. */
    public Llama(Backend backend, Parameters parameters, Capacity capacity, Recomputation recomputation) {
        this(backend, parameters, capacity, recomputation, 0);
    }

    /**
     * Allocates for batches up to {@code capacity}.
     *
     * @param notes room for {@link WeightedBatch#notes}; every batch has as many on the device, with zeros at the end
     */
    public Llama(Backend backend, Parameters parameters, Capacity capacity, Recomputation recomputation, int notes) {
        this.backend = backend;
        arenas = new DeviceArenas(backend);
        this.capacity = capacity;
        this.recomputation = recomputation;
        this.notes = notes;
        ops = backend.ops();
        config = parameters.config();
        embedding = parameters.get(ParameterRole.EMBEDDING, -1);
        head = new Head(backend, parameters);
        gradients = parameters.trainable().stream()
                .flatMap(parameter -> Stream.ofNullable(parameter.gradient()))
                .toList();
        buckets = Buckets.ofGraphs(backend.padding(), capacity.tokens(), config);
        var padded = buckets.padded(capacity);
        int tokens = padded.tokens();
        int words = BatchLayout.of(padded, backend.padding(), notes).words();
        boolean learns = !parameters.trainable().isEmpty();

        try {
            shared = arenas.reserve(
                    MemoryCategory.WORKSPACE,
                    a -> new Shared(
                            a.ints(words),
                            a.ints(words),
                            RopeTables.allocate(a, config, Math.min(config.maxPositions(), tokens)),
                            Workspace.allocate(a, config, tokens, learns),
                            a.floats(2)));
            shared.rope.fill(backend, config);
            for (int layer = 0; layer < config.layers(); layer++) {
                blocks.add(new Block(ops, parameters, layer, shared.rope, recomputation));
            }
            lowest = lowestTrainable();
            stored = arenas.reserve(
                    MemoryCategory.ACTIVATIONS,
                    a -> new Stored(
                            blockActivations(a, tokens),
                            a.stored(tokens, config.hiddenSize()),
                            Head.Buffers.allocate(a, config, tokens, learns)));
            logits = arenas.reserve(MemoryCategory.LOGITS, a -> Head.logitsBuffer(a, backend, config, tokens));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** See {@link #withParameters}. */
    private Llama(Llama buffers, Parameters parameters) {
        backend = buffers.backend;
        ops = buffers.ops;
        config = buffers.config;
        capacity = buffers.capacity;
        buckets = buffers.buckets;
        notes = buffers.notes;
        recomputation = buffers.recomputation;
        embedding = parameters.get(ParameterRole.EMBEDDING, -1);
        head = new Head(backend, parameters);
        gradients = List.of();
        arenas = new DeviceArenas(backend);
        shared = buffers.shared;
        stored = buffers.stored;
        logits = buffers.logits;
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(new Block(ops, parameters, layer, shared.rope, recomputation));
        }
        lowest = blocks.size();
    }

    /**
     * The same model with other parameters, for forward passes of a loaded batch through the buffers of this one: they overwrite
     * what a pass of this model left, so they come before it. Owns nothing, and must not be used once this is closed.
     */
    public Llama withParameters(Parameters parameters) {
        return new Llama(this, parameters);
    }

    private int lowestTrainable() {
        if (embedding.trainable()) return 0;
        int layer = 0;
        while (layer < blocks.size() && !blocks.get(layer).trainable()) layer++;
        return layer;
    }

    private boolean learnsBelow(int layer) {
        return layer > lowest || embedding.trainable();
    }

    /** Blocks below the lowest that learns share one set: no backward pass reads it. With checkpointing, all do but for x. */
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
                all.add(common.withInput(allocator.stored(tokens, config.hiddenSize())));
            } else {
                var kept = blocks.get(layer).kept(learnsBelow(layer));
                all.add(BlockActivations.allocate(allocator, config, tokens, kept, shared.workspace));
            }
        }
        return List.copyOf(all);
    }

    public LlamaConfig config() {
        return config;
    }

    /** Begins to copy the batch that the next {@link #load} will be given, while the device computes. */
    public void prepare(WeightedBatch batch) {
        var packed = pack(batch, buckets);
        backend.uploadAhead(DeviceBatch.words(shared.ahead, packed), packed.words());
        prepared = new Prepared(batch, packed);
    }

    /** The batch in device memory, until the next is loaded: prepared before or copied now. Does not wait for the device. */
    public DeviceBatch load(WeightedBatch batch) {
        if (prepared == null || prepared.batch != batch) prepare(batch);
        var packed = Objects.requireNonNull(prepared).packed;
        prepared = null;
        backend.take(DeviceBatch.words(shared.batch, packed), DeviceBatch.words(shared.ahead, packed));
        return new DeviceBatch(shared.batch, packed);
    }

    /** After {@link #backward}: adds the losses of the batch to a sum on the device. */
    public void sumLosses(DeviceBatch batch) {
        ops.sumLosses(shared.lossSum, stored.head.losses().rows(batch.rowCount()));
    }

    /** Waits for the passes since the last call, and returns the sum of their token losses in nats. */
    public double takeLossSum() {
        var parts = backend.download(shared.lossSum);
        ops.zero(shared.lossSum);
        return (double) parts.get(0) + parts.get(1);
    }

    /** Drops the losses of the passes since {@link #takeLossSum}, without waiting for them. */
    public void forgetLosses() {
        ops.zero(shared.lossSum);
    }

    /**
     * The batch for passes that are not captured: padded as little as the backend allows. One that is {@linkplain #prepare
     * prepared} stays so.
     */
    public DeviceBatch loadForSinglePass(WeightedBatch batch) {
        var packed = pack(batch, Buckets.ofSinglePasses(backend.padding()));
        backend.upload(DeviceBatch.words(shared.batch, packed), packed.words());
        return new DeviceBatch(shared.batch, packed);
    }

    private PackedBatch pack(WeightedBatch weighted, Buckets lengths) {
        var batch = weighted.batch();
        batch.check(config.vocabSize(), config.maxPositions());
        capacity.require(batch);
        var padded = batch.padded(lengths);
        if (weighted.notes().length > notes) {
            throw new IllegalArgumentException(weighted.notes().length + " notes, room for " + notes);
        }
        var past = new int[padded.sequenceCount()];
        return PackedBatch.of(
                padded,
                lengths,
                embedding.trainable(),
                past,
                weighted.weights(),
                Arrays.copyOf(weighted.notes(), notes));
    }

    /**
     * Embedding and blocks, which leave what the backward pass reads. Nothing here waits for the device, and batches of equal T
     * and R launch the same; so do {@link #losses} and {@link #backward}.
     */
    public void forward(DeviceBatch batch) {
        backend.timeline().enter(Phase.FORWARD);
        int tokens = batch.tokenCount();
        var w = shared.workspace.rows(tokens);
        var attend = attention(batch);
        ops.embeddingForward(input(0, tokens), embedding.value(), batch.tokens()); // [T,H] = [V,H] at [T]
        for (int layer = 0; layer < blocks.size(); layer++) {
            var a = stored.blocks.get(layer).rows(tokens);
            blocks.get(layer).forward(input(layer + 1, tokens), a, batch.positions(), attend, w);
        }
    }

    /** After {@link #forward}: the loss of each labelled token [R] in nats, its negative log-probability; 0 for padding. */
    public Tensor losses(DeviceBatch batch) {
        head.losses(stored.head, output(batch), batch, logits);
        return stored.head.losses().rows(batch.rowCount());
    }

    /**
     * After {@link #forward}: the gradients of {@code Σ weight·loss}.
     *
     * @param first whether this is the first batch of a step: gradients are overwritten; else they are added to
     */
    public void backward(DeviceBatch batch, boolean first) {
        gradients.forEach(gradient -> gradient.beginPass(!first));
        var w = shared.workspace.rows(batch.tokenCount());
        boolean blocksLearn = lowest < blocks.size() || embedding.trainable();
        head.lossesAndGradients(w.stream(), stored.head, output(batch), batch, logits, blocksLearn);
        backend.timeline().enter(Phase.BACKWARD_INPUT);
        if (blocksLearn) blocksBackward(batch, w);
    }

    private void blocksBackward(DeviceBatch batch, Workspace w) {
        int tokens = batch.tokenCount();
        for (int layer = blocks.size() - 1; layer >= lowest; layer--) {
            var a = stored.blocks.get(layer).rows(tokens);
            var block = blocks.get(layer);
            if (recomputation == Recomputation.BLOCK) block.fill(a, batch.positions(), attention(batch), w);
            block.backward(a, batch.positions(), batch.sequences(), w, learnsBelow(layer));
        }
        if (embedding.gradient() != null) {
            ops.embeddingBackward(embedding.gradient(), w.stream(), batch.tokens(), batch.order());
        }
    }

    private Attend attention(DeviceBatch batch) {
        return a -> {
            var qkv = a.qkv();
            ops.attentionForward(
                    a.attended(), a.lse(), qkv.q(), qkv.k(), qkv.v(), batch.sequences(), config.headSize());
        };
    }

    /** The stream [T,H] after all blocks. */
    private Tensor output(DeviceBatch batch) {
        return input(blocks.size(), batch.tokenCount());
    }

    /** The stream [T,H] before a block; after the last one it has a buffer of its own. */
    private Tensor input(int layer, int tokens) {
        return layer < blocks.size() ? stored.blocks.get(layer).x().rows(tokens) : stored.output.rows(tokens);
    }

    /** The losses alone, without gradients. Waits for them. */
    public LossSum evaluate(Batch batch) {
        double sum = 0;
        for (float loss : tokenLosses(batch)) sum += loss;
        return new LossSum(sum, batch.labelledCount());
    }

    /** Loss of each token in nats, the negative log-probability of its target; 0 where there is no label. */
    public float[] tokenLosses(Batch batch) {
        var loaded = loadForSinglePass(WeightedBatch.unweighted(batch));
        forward(loaded);
        var labelled = loaded.labelledRows();
        var losses = backend.download(losses(loaded).rows(labelled.length)).toFloats();
        backend.timeline().enter(Phase.OTHER);
        var all = new float[batch.tokenCount()];
        for (int i = 0; i < losses.length; i++) all[labelled[i]] = losses[i];
        return all;
    }

    /** [T,V] fp32 logits of every token, for small batches: training never holds all of them. */
    public HostTensor logits(Batch batch) {
        var loaded = loadForSinglePass(WeightedBatch.unweighted(batch));
        int tokens = batch.tokenCount();
        forward(loaded);
        var all = IntStream.range(0, tokens).toArray();
        long bytes = Measure.of(backend.storage(), a -> Few.allocate(a, tokens, config.vocabSize()));
        try (var arena = new DeviceArena(backend, MemoryCategory.LOGITS, bytes)) {
            var few = Few.allocate(arena, tokens, config.vocabSize());
            backend.upload(few.rows, HostTensor.of(all));
            head.logits(few.logits, stored.head, output(loaded), few.rows);
            return backend.download(few.logits);
        }
    }

    /** Logits [T,V] of rows [T]. */
    private record Few(Tensor rows, Tensor logits) {
        static Few allocate(Allocator a, int tokens, int vocabulary) {
            return new Few(a.ints(tokens), a.floats(tokens, vocabulary));
        }
    }

    @Override
    public void close() {
        arenas.close();
    }
}
