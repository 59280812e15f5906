package org.halftune.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;

/** Each op once on inputs that are always the same, for tests that compare bits with bits. */
public final class EveryOp {
    private static final int T = 140;
    private static final int H = 200;
    private static final List<Integer> LENGTHS = List.of(70, 1, 69);

    /** Each op's outputs, by its name. */
    public static final Map<String, Function<GuardedTensors, List<Tensor>>> ALL = all();

    private EveryOp() {}

    /** What one op puts out, as a hash of the bits of each output. */
    public static List<Integer> run(String name, Backend backend) {
        try (var device = new GuardedTensors(backend)) {
            return Objects.requireNonNull(ALL.get(name)).apply(device).stream()
                    .map(output -> Arrays.hashCode(device.read(output)))
                    .toList();
        }
    }

    private static Map<String, Function<GuardedTensors, List<Tensor>>> all() {
        var ops = new LinkedHashMap<String, Function<GuardedTensors, List<Tensor>>>();
        ops.put("embeddingForward", d -> {
            var random = new Random(1);
            var out = d.output(T, H);
            d.ops().embeddingForward(out, d.random(random, 1, 19, H).tensor(), ids(d, random, 19));
            return List.of(out);
        });
        ops.put("embeddingBackward", d -> {
            var random = new Random(1);
            var gradient = d.gradient(19, H);
            var dOut = d.random(random, 1, T, H).tensor();
            int[] ids = OpsUnderTest.ids(random, T, 19);
            d.ops().embeddingBackward(gradient, dOut, d.ints(ids), d.order(ids));
            return List.of(gradient.tensor());
        });
        ops.put("rmsNorm", EveryOp::rmsNorm);
        for (int headSize : new int[] {96, 200}) {
            ops.put("attention of heads of " + headSize, d -> attention(d, headSize));
        }
        ops.put("linear", d -> linear(d, T, H, 33));
        ops.put("linear of the head", d -> linear(d, 9, 24, 2500));
        ops.put("linear of one token", d -> linear(d, 1, H, 3 * H));
        ops.put("linear of many tokens", d -> linear(d, 2100, 17, 40));
        ops.put("rope", EveryOp::rope);
        ops.put("attention", EveryOp::attention);
        ops.put("cachedAttention", EveryOp::cachedAttention);
        ops.put("cachedAttention of long contexts", d -> {
            var attention = new ReferenceAttention(List.of(1300, 70, 700), 6, 2, 24);
            return List.of(
                    AttentionOps.Caches.draw(d, attention, new Random(12)).attend(d, attention));
        });
        ops.put("swiglu", EveryOp::swiglu);
        ops.put("crossEntropy", EveryOp::crossEntropy);
        ops.put("rows", EveryOp::rows);
        ops.put("pairs", EveryOp::pairs);
        ops.put("adamW", EveryOp::adamW);
        ops.put("gradientProjection", d -> {
            var random = new Random(13);
            var gradient = d.randomFloats(random, 1, 20_001).tensor();
            var memories = d.randomFloats(random, 1, 5, 20_001).tensor();
            var products = d.ints(new int[42]).as(21, 2);
            d.ops().gradientProducts(products, gradient, memories);
            d.ops().addGradients(gradient, memories, d.floats(0.5f, 0, -1.5f, 1e-3f, 2));
            return List.of(products, gradient);
        });
        return ops;
    }

    private static Tensor ids(GuardedTensors d, Random random, int bound) {
        return d.ints(random.ints(T, 0, bound).toArray());
    }

    private static List<Tensor> rmsNorm(GuardedTensors d) {
        var random = new Random(2);
        Tensor a = d.random(random, 1, T, H).tensor(),
                b = d.random(random, 1, T, H).tensor();
        Tensor w = d.random(random, 1, H).tensor(),
                dy = d.random(random, 1, T, H).tensor();
        Tensor sum = d.output(T, H), y = d.output(T, H), again = d.output(T, H), r = d.floatOutput(T);
        var dw = d.gradient(H);
        d.ops().rmsNormForward(y, r, a, w, 1e-5f);
        d.ops().residualRmsNormForward(sum, y, r, a, b, w, 1e-5f);
        d.ops().rmsNormRecompute(again, r, sum, w);
        d.ops().rmsNormBackwardAdd(a, dw, dy, sum, r, w);
        return List.of(sum, y, again, r, a, dw.tensor());
    }

    private static List<Tensor> linear(GuardedTensors d, int tokens, int inputs, int outputs) {
        var random = new Random(3);
        Tensor x = d.random(random, 1, tokens, inputs).tensor(),
                w = d.random(random, 1, outputs, inputs).tensor();
        Tensor dy = d.random(random, 1, tokens, outputs).tensor();
        Tensor y = d.output(tokens, outputs), dx = d.output(tokens, inputs);
        var dw = d.gradient(outputs, inputs);
        d.ops().linearForward(y, x, w);
        d.ops().linearBackwardInput(dx, dy, w);
        d.ops().linearBackwardWeight(dw, dy, x);
        d.ops().linearBackwardWeight(dw, dy, x);
        return List.of(y, dx, dw.tensor());
    }

    private static List<Tensor> rope(GuardedTensors d) {
        var random = new Random(4);
        Tensor x = d.random(random, 1, T, 72).tensor(),
                dx = d.random(random, 1, T, 72).tensor();
        Tensor cos = d.randomFloats(random, 1, 30, 12).tensor(),
                sin = d.randomFloats(random, 1, 30, 12).tensor();
        var positions = ids(d, random, 30);
        d.ops().ropeForward(x, positions, cos, sin);
        d.ops().ropeBackward(dx, positions, cos, sin);
        return List.of(x, dx);
    }

    private static List<Tensor> attention(GuardedTensors d) {
        var random = new Random(5);
        Tensor q = d.random(random, 1, T, 144).tensor(),
                k = d.random(random, 1, T, 48).tensor();
        Tensor v = d.random(random, 1, T, 48).tensor(),
                dOut = d.random(random, 1, T, 144).tensor();
        Tensor out = d.output(T, 144), lse = d.floatOutput(6, T), delta = d.floatOutput(6, T);
        Tensor dq = d.output(T, 144), dk = d.output(T, 48), dv = d.output(T, 48);
        var sequences = d.sequences(LENGTHS);
        d.ops().attentionForward(out, lse, q, k, v, sequences, 24);
        d.ops().attentionBackward(dq, dk, dv, delta, dOut, out, lse, q, k, v, sequences, 24);
        Tensor dq2 = d.output(T, 144), dk2 = d.output(T, 48), dv2 = d.output(T, 48);
        d.ops().attentionBackward(dq2, dk2, dv2, delta, dOut, null, lse, q, k, v, sequences, 24);
        return List.of(out, lse, dq, dk, dv, dq2, dk2, dv2);
    }

    private static List<Tensor> attention(GuardedTensors d, int headSize) {
        var random = new Random(11);
        int t = 40;
        var lengths = List.of(33, 7);
        Tensor q = d.random(random, 1, t, 2L * headSize).tensor(),
                k = d.random(random, 1, t, headSize).tensor();
        Tensor v = d.random(random, 1, t, headSize).tensor(),
                dOut = d.random(random, 1, t, 2L * headSize).tensor();
        Tensor out = d.output(t, 2L * headSize), lse = d.floatOutput(2, t), delta = d.floatOutput(2, t);
        Tensor dq = d.output(t, 2L * headSize), dk = d.output(t, headSize), dv = d.output(t, headSize);
        var sequences = d.sequences(lengths);
        d.ops().attentionForward(out, lse, q, k, v, sequences, headSize);
        d.ops().attentionBackward(dq, dk, dv, delta, dOut, null, lse, q, k, v, sequences, headSize);
        return List.of(out, lse, dq, dk, dv);
    }

    private static List<Tensor> cachedAttention(GuardedTensors d) {
        var random = new Random(6);
        Tensor q = d.random(random, 1, T, 144).tensor(),
                k = d.random(random, 1, T, 48).tensor();
        Tensor v = d.random(random, 1, T, 48).tensor(), out = d.output(T, 144);
        Tensor keys = d.random(random, 1, 4, 100, 48).tensor(),
                values = d.random(random, 1, 4, 100, 48).tensor();
        var sequences = d.sequences(LENGTHS);
        d.ops()
                .cachedAttentionForward(
                        out,
                        q,
                        k,
                        v,
                        keys,
                        values,
                        new CacheSlots(sequences, d.ints(3, 0, 1), d.ints(0, 88, 5), 89),
                        24);
        return List.of(out, keys, values);
    }

    private static List<Tensor> swiglu(GuardedTensors d) {
        var random = new Random(7);
        Tensor gate = d.random(random, 3, T, H).tensor(),
                up = d.random(random, 1, T, H).tensor();
        Tensor dy = d.random(random, 1, T, H).tensor(), y = d.output(T, H);
        d.ops().swigluForward(y, gate, up);
        d.ops().swigluBackward(gate, up, dy, gate, up);
        return List.of(y, gate, up);
    }

    private static List<Tensor> crossEntropy(GuardedTensors d) {
        var random = new Random(8);
        Tensor logits = d.random(random, 3, T, 601).tensor(), losses = d.floatOutput(T), again = d.floatOutput(T);
        var targets = ids(d, random, 601);
        d.ops().crossEntropyForward(losses, logits, targets);
        d.ops()
                .crossEntropyForwardBackward(
                        again, logits, targets, d.randomFloats(random, 1, T).tensor());
        return List.of(losses, again, logits);
    }

    private static List<Tensor> pairs(GuardedTensors d) {
        var random = new Random(10);
        var losses = d.randomFloats(random, 1, T).tensor();
        var pairs = List.of(new PairTable.Pair(0, 9, 60, 1, 0, 0), new PairTable.Pair(60, 61, T, 1, 0, 0));
        Tensor sums = d.floats(new float[12]), weights = d.floats(new float[T]), table = d.ints(PairTable.of(pairs));
        d.ops().pairLogProbs(table, d.randomFloats(random, 1, T).tensor());
        d.ops().pairLosses(sums, weights, table, losses, new PairLoss(PairLoss.Type.SIGMOID, 0.1, 0));
        return List.of(sums, weights, table);
    }

    private static List<Tensor> rows(GuardedTensors d) {
        var random = new Random(9);
        var x = d.random(random, 1, T, H).tensor();
        Tensor taken = d.output(2, H), spread = d.output(T, H), sum = d.output(T, H), copy = d.output(T, H);
        d.ops().gatherRows(taken, x, d.ints(77, 3));
        d.ops().scatterRows(spread, taken, d.ints(5, 1));
        d.ops().add(sum, x, spread);
        d.ops().copy(copy, sum);
        Tensor total = d.scalarPair(), ids = d.ints(0, 0, 0);
        d.ops().sumLosses(total, d.randomFloats(random, 1, T).tensor());
        var logits = d.randomFloats(random, 3, 3, 601).tensor();
        d.ops()
                .sample(
                        ids,
                        logits,
                        d.array(DType.F32, new float[] {0.1f, 0.5f, 0.9f}, 3).tensor(),
                        0.7,
                        0.9);
        return List.of(taken, spread, sum, copy, total, ids);
    }

    private static List<Tensor> adamW(GuardedTensors d) {
        var random = new Random(10);
        var segments = new ArrayList<AdamWSegment>();
        var outputs = new ArrayList<Tensor>();
        for (int n : new int[] {40_001, 17, 16_384}) {
            var weight = d.random(random, 1, n);
            var segment = new AdamWSegment(
                    weight.tensor(),
                    d.master(weight),
                    new Gradient(d.randomFloats(random, 1, n).tensor()),
                    d.randomFloats(random, 0, n).tensor(),
                    d.randomFloats(random, 0, n).tensor(),
                    n > 20);
            segments.add(segment);
            outputs.addAll(List.of(segment.weight(), segment.firstMoment(), segment.secondMoment()));
        }
        var norm = d.floatOutput(1);
        outputs.add(norm);
        var table = d.table(segments);
        d.ops().gradientNorm(norm, table);
        d.ops()
                .adamW(
                        table,
                        d.scalars(new AdamWStep(1, 1e-2, 0.9, 0.999, 1e-8, 0.1, 0.5, 1, Rounding.STOCHASTIC)),
                        norm);
        return outputs;
    }
}
