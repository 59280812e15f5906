package org.halftune.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.CacheSlots;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Ops;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.tensor.HostTensor;

/**
 * Next-token logits of several sequences at a time, with a key-value cache: the blocks of training, whose attention reads the
 * cache. Each sequence has a row of the cache. A finished one is left out of later steps.
 */
public final class Decoder implements AutoCloseable {
    /** Prompts pass through the model together up to this many tokens; a longer one passes alone. */
    private static final int PREFILL_TOKENS = 1024;

    private final Backend backend;
    private final Ops ops;
    private final LlamaConfig config;
    private final Capacity capacity;
    private final int sequences;
    private final int maxPositions;
    private final int logitRows;
    private final Parameter embedding;
    private final List<Block> blocks = new ArrayList<>();
    private final Head head;

    private final DeviceArenas arenas;
    private final Buffers buffers;
    /** Rows of logits of the last pass. */
    private int answers;
    /** Tokens in each cache row. */
    private final int[] cached;

    /** @param keys [S,P,K·D] and {@code values} of one layer */
    private record Cache(Tensor keys, Tensor values) {}

    private record Buffers(
            Tensor batch,
            RopeTables rope,
            Workspace workspace,
            BlockActivations activations,
            Head.Buffers head,
            Tensor cacheRows,
            Tensor past,
            Tensor lastTokens,
            Tensor targets,
            Tensor losses,
            Tensor logits,
            Tensor uniforms,
            Tensor chosen,
            List<Cache> caches) {}

    /**
     * @param sequences the most sequences
     * @param maxPositions tokens of the longest sequence, prompt included; at most the model's
     */
    public Decoder(Backend backend, Parameters parameters, int sequences, int maxPositions) {
        this(backend, parameters, sequences, maxPositions, sequences);
    }

    /** @param logitRows rows of logits at one time, at least {@code sequences}; more make {@link #lossesAfter} faster */
    public Decoder(Backend backend, Parameters parameters, int sequences, int maxPositions, int logitRows) {
        this.backend = backend;
        this.logitRows = logitRows;
        arenas = new DeviceArenas(backend);
        this.sequences = sequences;
        this.maxPositions = maxPositions;
        ops = backend.ops();
        config = parameters.config();
        embedding = parameters.get(ParameterRole.EMBEDDING, -1);
        head = new Head(backend, parameters);
        cached = new int[sequences];
        capacity = new Capacity(Math.max(Math.max(sequences, maxPositions), PREFILL_TOKENS), sequences);
        buffers = arenas.reserve(MemoryCategory.WORKSPACE, this::layOut);
        buffers.rope.fill(backend, config);
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(new Block(ops, parameters, layer, buffers.rope, Recomputation.NONE));
        }
    }

    private Buffers layOut(Allocator a) {
        var workspace = Workspace.allocate(a, config, capacity.tokens(), false);
        var caches = IntStream.range(0, config.layers())
                .mapToObj(_ -> new Cache(cache(a), cache(a)))
                .toList();
        return new Buffers(
                a.ints(BatchLayout.of(capacity, backend.padding(), 0).words()),
                RopeTables.allocate(a, config, maxPositions),
                workspace,
                BlockActivations.allocate(a, config, capacity.tokens(), Kept.NOTHING, workspace),
                Head.Buffers.allocate(a, config, logitRows, false),
                a.ints(capacity.sequences()),
                a.ints(capacity.sequences()),
                a.ints(logitRows),
                a.ints(logitRows),
                a.floats(logitRows),
                a.floats(logitRows, config.vocabSize()),
                a.floats(capacity.sequences()),
                a.ints(capacity.sequences()),
                caches);
    }

    private Tensor cache(Allocator a) {
        return a.stored(sequences, maxPositions, config.keyValueWidth());
    }

    /** Empties the cache and reads the prompts into rows 0, 1, …; row i of the logits then follows prompt i. */
    public void prefill(List<int[]> prompts) {
        if (prompts.size() > sequences)
            throw new IllegalArgumentException(prompts.size() + " prompts, " + sequences + " rows");
        Arrays.fill(cached, 0);
        for (int from = 0; from < prompts.size(); ) {
            int to = from + 1;
            int tokens = prompts.get(from).length;
            while (to < prompts.size() && tokens + prompts.get(to).length <= PREFILL_TOKENS)
                tokens += prompts.get(to++).length;
            var rows = IntStream.range(from, to).toArray();
            forward(rows, prompts.subList(from, to), from);
            from = to;
        }
        answers = prompts.size();
    }

    /** Appends tokens[i] to row rows[i] of the cache; row i of the logits then follows it. */
    public void step(int[] rows, int[] tokens) {
        forward(rows, Arrays.stream(tokens).mapToObj(t -> new int[] {t}).toList(), 0);
        answers = rows.length;
    }

    /** A copy of the logits [S,V] of the last pass, in fp32. */
    public HostTensor logits() {
        return backend.download(buffers.logits.rows(answers));
    }

    /** Changes the logits of a row in place. */
    @FunctionalInterface
    public interface LogitChange {
        /** @param logits [V] of row {@code row} of the last pass */
        void apply(int row, float[] logits);
    }

    /** Changes the logits of the last pass on the host, before {@link #choose}: a copy there and back. */
    public void changeLogits(LogitChange change) {
        var rows = buffers.logits.rows(answers);
        int vocabulary = config.vocabSize();
        var all = logits().toFloats();
        for (int i = 0; i < answers; i++) {
            var row = Arrays.copyOfRange(all, i * vocabulary, (i + 1) * vocabulary);
            change.apply(i, row);
            System.arraycopy(row, 0, all, i * vocabulary, vocabulary);
        }
        backend.upload(rows, HostTensor.of(rows.shape(), all));
    }

    /**
     * The next id for each row of the logits, by {@link Ops#sample}; −1 where a logit is NaN or +∞.
     *
     * @param uniforms [S] a random number in [0, 1) for each row
     */
    public int[] choose(float[] uniforms, double temperature, double topP) {
        var chosen = buffers.chosen.rows(answers);
        var drawn = buffers.uniforms.rows(answers);
        backend.upload(drawn, HostTensor.of(drawn.shape(), uniforms));
        ops.sample(chosen, buffers.logits.rows(answers), drawn, temperature, topP);
        var ids = backend.download(chosen);
        return IntStream.range(0, answers).map(i -> (int) ids.get(i)).toArray();
    }

    /**
     * The loss of targets[i] after row i of the logits of the last pass, in nats: its negative log-probability. The logits
     * stay as they are.
     */
    public float[] losses(int[] targets) {
        return losses(targets.length, put(buffers.targets, targets));
    }

    private float[] losses(int count, Tensor targets) {
        var losses = buffers.losses.rows(count);
        ops.crossEntropyForward(losses, buffers.logits.rows(count), targets);
        return backend.download(losses).toFloats();
    }

    /**
     * The losses in nats of each text's tokens but the first, after what is cached in its row and the text's earlier tokens.
     * The cache is then as before; the logits of the last pass are overwritten.
     *
     * @param texts of at least 2 tokens: row rows[i] is followed by texts[i]
     * @return an array of n−1 losses for a text of n tokens
     */
    public List<float[]> lossesAfter(int[] rows, List<int[]> texts) {
        var losses = new ArrayList<float[]>();
        for (int from = 0; from < rows.length; ) {
            int to = from + 1;
            int tokens = texts.get(from).length;
            while (to < rows.length && tokens + texts.get(to).length <= PREFILL_TOKENS)
                tokens += texts.get(to++).length;
            losses.addAll(lossesTogether(Arrays.copyOfRange(rows, from, to), texts.subList(from, to)));
            from = to;
        }
        return losses;
    }

    private List<float[]> lossesTogether(int[] rows, List<int[]> texts) {
        var before = cached.clone();
        var read =
                texts.stream().map(text -> Arrays.copyOf(text, text.length - 1)).toList();
        var stream = stream(rows, read).x();
        System.arraycopy(before, 0, cached, 0, cached.length);
        var targets = texts.stream()
                .flatMapToInt(text -> Arrays.stream(text, 1, text.length))
                .toArray();
        var all = new float[targets.length];
        for (int from = 0; from < all.length; from += logitRows) {
            int to = Math.min(all.length, from + logitRows);
            var positions = put(buffers.lastTokens, IntStream.range(from, to).toArray());
            head.logits(buffers.logits.rows(to - from), buffers.head, stream, positions);
            var chunk = losses(to - from, put(buffers.targets, Arrays.copyOfRange(targets, from, to)));
            System.arraycopy(chunk, 0, all, from, chunk.length);
        }
        var split = new ArrayList<float[]>();
        int at = 0;
        for (var text : read) {
            split.add(Arrays.copyOfRange(all, at, at + text.length));
            at += text.length;
        }
        return split;
    }

    /** Tokens in a row of the cache. */
    int length(int row) {
        return cached[row];
    }

    /** @param first the row of the logits where those of these rows begin */
    private void forward(int[] rows, List<int[]> tokenIds, int first) {
        var passed = stream(rows, tokenIds);
        var last = put(buffers.lastTokens, lastTokens(passed.sequences()));
        head.logits(buffers.logits.rows(first, first + rows.length), buffers.head, passed.x(), last);
    }

    /** @param x [T,H] the stream after all blocks */
    private record Passed(Tensor x, Sequences sequences) {}

    /** Passes tokens through the blocks and adds them to the cache. */
    private Passed stream(int[] rows, List<int[]> tokenIds) {
        for (int i = 0; i < rows.length; i++) {
            if (cached[rows[i]] + tokenIds.get(i).length > maxPositions) {
                throw new IllegalArgumentException("row " + rows[i] + " would exceed " + maxPositions + " positions");
            }
        }
        var past = Arrays.stream(rows).map(row -> cached[row]).toArray();
        var added = Batch.of(tokenIds);
        added.check(config.vocabSize(), maxPositions);
        capacity.require(added);
        var packed = PackedBatch.of(
                added,
                Buckets.ofSinglePasses(backend.padding()),
                false,
                past,
                new float[added.tokenCount()],
                new int[0]);
        backend.upload(DeviceBatch.words(buffers.batch, packed), packed.words());
        var batch = new DeviceBatch(buffers.batch, packed);
        int tokens = batch.tokenCount();
        var slots = slots(rows, past, batch);
        var w = buffers.workspace.rows(tokens);
        var a = buffers.activations.rows(tokens);
        ops.embeddingForward(a.x(), embedding.value(), batch.tokens());
        for (int layer = 0; layer < blocks.size(); layer++) {
            var cache = buffers.caches.get(layer);
            Attend attend = b -> ops.cachedAttentionForward(
                    b.attended(),
                    b.qkv().q(),
                    b.qkv().k(),
                    b.qkv().v(),
                    cache.keys,
                    cache.values,
                    slots,
                    config.headSize());
            blocks.get(layer).forward(a.x(), a, batch.positions(), attend, w);
        }
        for (int i = 0; i < rows.length; i++) cached[rows[i]] += tokenIds.get(i).length;
        return new Passed(a.x(), batch.sequences());
    }

    private CacheSlots slots(int[] rows, int[] past, DeviceBatch batch) {
        int longest = 0;
        for (int i = 0; i < rows.length; i++) {
            longest = Math.max(longest, past[i] + batch.sequences().lengths().get(i));
        }
        return new CacheSlots(batch.sequences(), put(buffers.cacheRows, rows), put(buffers.past, past), longest);
    }

    private static int[] lastTokens(Sequences sequences) {
        var last = new int[sequences.lengths().size()];
        int end = 0;
        for (int s = 0; s < last.length; s++) {
            end += sequences.lengths().get(s);
            last[s] = end - 1;
        }
        return last;
    }

    private Tensor put(Tensor buffer, int[] values) {
        var target = buffer.rows(values.length);
        backend.upload(target, HostTensor.of(values));
        return target;
    }

    @Override
    public void close() {
        arenas.close();
    }
}
