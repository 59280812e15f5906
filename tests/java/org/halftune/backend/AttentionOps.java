package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.halftune.backend.OpsUnderTest.assertWithin;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** Attention in training and against a cache. */
interface AttentionOps extends OpsUnderTest {

    /** Group sizes 1 to 7, head sizes odd for any vector, lengths of 1 and across blocks of 64. */
    List<ReferenceAttention> CASES = List.of(
            new ReferenceAttention(List.of(1), 1, 1, 8),
            new ReferenceAttention(List.of(1, 1, 1), 4, 2, 12),
            new ReferenceAttention(List.of(5, 1, 17, 2), 6, 2, 24),
            new ReferenceAttention(List.of(64, 65), 4, 4, 8),
            new ReferenceAttention(List.of(130, 1, 63), 5, 1, 12),
            new ReferenceAttention(List.of(200), 6, 1, 24),
            new ReferenceAttention(List.of(33, 66), 7, 1, 64),
            new ReferenceAttention(List.of(70), 8, 2, 128),
            new ReferenceAttention(List.of(2, 200), 3, 1, 80),
            new ReferenceAttention(List.of(31, 100, 63, 60), 2, 2, 40),
            new ReferenceAttention(List.of(30, 70), 2, 1, 192),
            new ReferenceAttention(List.of(33), 1, 1, 256));

    /** Those whose head size the backend can do. */
    default List<ReferenceAttention> cases() {
        return CASES.stream()
                .filter(c -> c.headSize() % headSizeMultiple() == 0)
                .toList();
    }

    @Test
    default void attentionGoesForwardAndBack() {
        var random = new Random(31);
        for (var c : cases()) for (boolean kept : new boolean[] {true, false}) attention(c, kept, random, 1);
    }

    /** Queries, keys and values side by side, as one product makes them, and so their gradients. */
    @Test
    default void attentionOfColumnsIsThatOfMatrices() {
        var random = new Random(34);
        for (var c : List.of(
                new ReferenceAttention(List.of(5, 1, 17, 2), 6, 2, 24),
                new ReferenceAttention(List.of(70), 4, 2, 64))) {
            try (var d = device()) {
                int t = c.tokens(), n = c.queryHeads() * c.headSize(), k = c.keyHeads() * c.headSize();
                int v = n + k, end = v + k;
                var qkv = d.random(random, 1, t, end);
                var dOut = d.random(random, 1, t, n);
                var gradients = d.output(t, end);
                var out = d.output(t, n);
                var lse = d.floatOutput(c.queryHeads(), t);
                var sequences = d.sequences(c.lengths());
                GuardedTensors.Array query = d.columns(qkv, 0, n),
                        key = d.columns(qkv, n, v),
                        value = d.columns(qkv, v, end);
                d.ops()
                        .attentionForward(
                                out, lse, query.tensor(), key.tensor(), value.tensor(), sequences, c.headSize());
                d.ops()
                        .attentionBackward(
                                gradients.columns(0, n),
                                gradients.columns(n, v),
                                gradients.columns(v, end),
                                d.floatOutput(c.queryHeads(), t),
                                dOut.tensor(),
                                out,
                                lse,
                                query.tensor(),
                                key.tensor(),
                                value.tensor(),
                                sequences,
                                c.headSize());
                var expected = c.forward(query.values(), key.values(), value.values());
                var wanted = c.backward(dOut.values(), query.values(), key.values(), value.values());
                assertWithin("out " + c, d.read(out), expected.out(), attentionTolerance(), 0);
                assertWithin("dq " + c, d.readColumns(gradients, 0, n), wanted.get(0), attentionTolerance(), 0);
                assertWithin("dk " + c, d.readColumns(gradients, n, v), wanted.get(1), attentionTolerance(), 0);
                assertWithin("dv " + c, d.readColumns(gradients, v, end), wanted.get(2), attentionTolerance(), 0);
            }
        }
    }

    /** Scores of ±100s: the softmax is all but one-hot. */
    @Test
    default void sharpAttentionStaysFinite() {
        var random = new Random(32);
        for (boolean kept : new boolean[] {true, false}) {
            attention(new ReferenceAttention(List.of(70, 3), 4, 2, 16), kept, random, 12);
        }
    }

    private void attention(ReferenceAttention c, boolean kept, Random random, double size) {
        try (var d = device()) {
            int t = c.tokens(), queryWidth = c.queryHeads() * c.headSize(), keyWidth = c.keyHeads() * c.headSize();
            var q = d.random(random, size, t, queryWidth);
            var k = d.random(random, size, t, keyWidth);
            var v = d.random(random, 1, t, keyWidth);
            var dOut = d.random(random, 1, t, queryWidth);
            var sequences = d.sequences(c.lengths());
            // Rounding of a score of size s is s·6e-8, and the exponential hands that on as a relative error.
            double tolerance = attentionTolerance() * Math.max(1, size * size / 4);

            var out = d.output(t, queryWidth);
            var lse = d.floatOutput(c.queryHeads(), t);
            d.ops().attentionForward(out, lse, q.tensor(), k.tensor(), v.tensor(), sequences, c.headSize());
            var expected = c.forward(q.values(), k.values(), v.values());
            assertWithin("out " + c, d.read(out), expected.out(), tolerance, 0);
            assertWithin("lse " + c, d.read(lse), expected.lse(), tolerance, 0);

            var dq = d.output(t, queryWidth);
            var dk = d.output(t, keyWidth);
            var dv = d.output(t, keyWidth);
            d.ops()
                    .attentionBackward(
                            dq,
                            dk,
                            dv,
                            d.floatOutput(c.queryHeads(), t),
                            dOut.tensor(),
                            kept ? out : null,
                            lse,
                            q.tensor(),
                            k.tensor(),
                            v.tensor(),
                            sequences,
                            c.headSize());
            var gradients = c.backward(dOut.values(), q.values(), k.values(), v.values());
            // A sequence of one token has no gradient in q and k: what is left of the difference is rounding.
            double scale = size * Math.sqrt(dOut.values().length);
            assertWithin("dq " + c, d.read(dq), gradients.get(0), tolerance, scale);
            assertWithin("dk " + c, d.read(dk), gradients.get(1), tolerance, scale);
            assertWithin("dv " + c, d.read(dv), gradients.get(2), tolerance, 0);
        }
    }

    /**
     * Sequences in shuffled cache rows, read in parts of any length (sequences have different pasts at any time), attend as
     * they would as a whole.
     */
    @Test
    default void attentionInPartsThroughTheCacheIsAttentionOfTheWhole() {
        var random = new Random(33);
        cached(new ReferenceAttention(List.of(130, 1, 70), 6, 2, 24), new int[] {2, 0, 3}, 4, random);
        cached(new ReferenceAttention(List.of(5, 9), 7, 1, 16), new int[] {1, 0}, 2, random);
        cached(new ReferenceAttention(List.of(66), 3, 3, 64), new int[] {0}, 1, random);
    }

    private void cached(ReferenceAttention c, int[] rows, int cacheRows, Random random) {
        try (var d = device()) {
            int t = c.tokens(), queryWidth = c.queryHeads() * c.headSize(), keyWidth = c.keyHeads() * c.headSize();
            int places = 140;
            var q = d.random(random, 1, t, queryWidth);
            var k = d.random(random, 1, t, keyWidth);
            var v = d.random(random, 1, t, keyWidth);
            var expected = c.forward(q.values(), k.values(), v.values()).out();
            var keyCache = d.output(cacheRows, places, keyWidth);
            var valueCache = d.output(cacheRows, places, keyWidth);
            var past = new int[rows.length];
            while (!Arrays.equals(
                    past, c.lengths().stream().mapToInt(Integer::intValue).toArray())) {
                var part = Part.draw(c.lengths(), past, random);
                var newQ = part.take(d, q, queryWidth);
                var newK = part.take(d, k, keyWidth);
                var newV = part.take(d, v, keyWidth);
                var out = d.output(part.tokens().length, queryWidth);
                var slots = new CacheSlots(
                        d.sequences(part.lengths()),
                        d.ints(Arrays.stream(part.sequences()).map(s -> rows[s]).toArray()),
                        d.ints(Arrays.stream(part.sequences()).map(s -> past[s]).toArray()),
                        part.longest(past));
                d.ops().cachedAttentionForward(out, newQ, newK, newV, keyCache, valueCache, slots, c.headSize());
                var wanted = Reference.embedding(expected, part.tokens(), queryWidth);
                assertWithin(c + " past " + Arrays.toString(past), d.read(out), wanted, attentionTolerance(), 0);
                for (int i = 0; i < part.sequences().length; i++)
                    past[part.sequences()[i]] += part.lengths().get(i);
            }
        }
    }

    /** Contexts around the lengths at which a backend may split the keys, with 1 to 11 query heads for a key head. */
    @Test
    default void oneTokenAttendsOverAContextOfAnyLength() {
        var random = new Random(35);
        for (var c : List.of(
                new ReferenceAttention(List.of(511, 512, 513, 1025, 1), 6, 2, 24),
                new ReferenceAttention(List.of(700, 3, 1537), 11, 1, 64),
                new ReferenceAttention(List.of(600), 1, 1, 200),
                new ReferenceAttention(List.of(16_384, 16_385, 20_000), 2, 1, 8))) {
            try (var d = device()) {
                var caches = Caches.draw(d, c, random);
                assertWithin("" + c, d.read(caches.attend(d, c)), caches.expected(c), attentionTolerance(), 0);
            }
        }
    }

    @Test
    default void attentionOfATokenDoesNotDependOnTheOtherSequences() {
        var both = new ReferenceAttention(List.of(400, 1300), 4, 2, 16);
        double[] together;
        try (var d = device()) {
            together = d.read(Caches.draw(d, both, new Random(36)).attend(d, both));
        }
        for (int s = 0; s < 2; s++) {
            try (var d = device()) {
                var one = new ReferenceAttention(both.lengths().subList(s, s + 1), 4, 2, 16);
                var alone = Caches.draw(d, both, new Random(36)).only(s).attend(d, one);
                assertThat(d.read(alone)).isEqualTo(Arrays.copyOfRange(together, s * 64, s * 64 + 64));
            }
        }
    }

    /**
     * Full caches [S,P,K·D], and the next token of each sequence.
     *
     * @param rows the cache row of each sequence
     */
    record Caches(
            int[] rows,
            GuardedTensors.Array q,
            GuardedTensors.Array k,
            GuardedTensors.Array v,
            GuardedTensors.Array keys,
            GuardedTensors.Array values) {
        static Caches draw(GuardedTensors d, ReferenceAttention c, Random random) {
            int sequences = c.lengths().size(), width = c.keyHeads() * c.headSize();
            return new Caches(
                    IntStream.range(0, sequences).map(s -> sequences - 1 - s).toArray(),
                    d.random(random, 1, sequences, (long) c.queryHeads() * c.headSize()),
                    d.random(random, 1, sequences, width),
                    d.random(random, 1, sequences, width),
                    d.random(random, 1, sequences, c.longest(), width),
                    d.random(random, 1, sequences, c.longest(), width));
        }

        /** The next token of one sequence. */
        Caches only(int s) {
            return new Caches(new int[] {rows[s]}, row(q, s), row(k, s), row(v, s), keys, values);
        }

        private static GuardedTensors.Array row(GuardedTensors.Array x, int i) {
            int width = Math.toIntExact(x.tensor().dim(1));
            return new GuardedTensors.Array(
                    x.tensor().rows(i, i + 1), Arrays.copyOfRange(x.values(), i * width, (i + 1) * width));
        }

        Tensor attend(GuardedTensors d, ReferenceAttention c) {
            var slots = new CacheSlots(
                    d.sequences(c.lengths().stream().map(_ -> 1).toList()),
                    d.ints(rows),
                    d.ints(c.lengths().stream().mapToInt(length -> length - 1).toArray()),
                    c.longest());
            var out = d.output(q.tensor().dim(0), q.tensor().dim(1));
            d.ops()
                    .cachedAttentionForward(
                            out,
                            q.tensor(),
                            k.tensor(),
                            v.tensor(),
                            keys.tensor(),
                            values.tensor(),
                            slots,
                            c.headSize());
            return out;
        }

        double[] expected(ReferenceAttention c) {
            return IntStream.range(0, rows.length)
                    .boxed()
                    .flatMapToDouble(s -> Arrays.stream(
                            c.oneToken(row(q, s).values(), context(c, s, keys, k), context(c, s, values, v))))
                    .toArray();
        }

        /** [L,K·D]: the cached rows and the new one. */
        private double[] context(ReferenceAttention c, int s, GuardedTensors.Array cache, GuardedTensors.Array added) {
            int width = c.keyHeads() * c.headSize(), past = (c.lengths().get(s) - 1) * width;
            int start = rows[s] * c.longest() * width;
            var context = Arrays.copyOfRange(cache.values(), start, start + past + width);
            System.arraycopy(added.values(), s * width, context, past, width);
            return context;
        }
    }

    /** Some of the sequences with their next tokens; {@code tokens}: which tokens of the whole batch these are. */
    record Part(int[] sequences, List<Integer> lengths, int[] tokens) {
        static Part draw(List<Integer> whole, int[] past, Random random) {
            var sequences = new java.util.ArrayList<Integer>();
            var lengths = new java.util.ArrayList<Integer>();
            var tokens = new java.util.ArrayList<Integer>();
            int start = 0;
            for (int s = 0; s < past.length; s++) {
                int left = whole.get(s) - past[s];
                if (left > 0 && random.nextInt(4) > 0) {
                    int length = random.nextBoolean() ? 1 + random.nextInt(left) : 1;
                    sequences.add(s);
                    lengths.add(length);
                    for (int i = 0; i < length; i++) tokens.add(start + past[s] + i);
                }
                start += whole.get(s);
            }
            if (sequences.isEmpty()) return draw(whole, past, random);
            return new Part(
                    sequences.stream().mapToInt(Integer::intValue).toArray(),
                    lengths,
                    tokens.stream().mapToInt(Integer::intValue).toArray());
        }

        int longest(int[] past) {
            int longest = 0;
            for (int i = 0; i < sequences.length; i++) longest = Math.max(longest, past[sequences[i]] + lengths.get(i));
            return longest;
        }

        Tensor take(GuardedTensors d, GuardedTensors.Array x, int width) {
            var rows = Reference.embedding(x.values(), tokens, width);
            var floats = new float[rows.length];
            for (int i = 0; i < floats.length; i++) floats[i] = (float) rows[i];
            DType storage = x.tensor().dtype();
            return d.array(storage, floats, tokens.length, width).tensor();
        }
    }
}
