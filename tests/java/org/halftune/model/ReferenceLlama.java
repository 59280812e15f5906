package org.halftune.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.halftune.backend.Reference;
import org.halftune.backend.ReferenceAttention;

/** The whole model's forward pass in double, from the plain loops of {@link Reference}: for finite differences. */
final class ReferenceLlama {
    private final LlamaConfig config;
    private final Map<String, double[]> parameters = new HashMap<>();

    ReferenceLlama(RandomModel model) {
        config = model.config();
        model.values()
                .forEach((name, values) -> parameters.put(
                        name,
                        IntStream.range(0, values.length)
                                .mapToDouble(i -> values[i])
                                .toArray()));
    }

    double[] parameter(String name) {
        return parameters.get(name);
    }

    private double[] parameter(ParameterRole role, int layer) {
        return parameters.get(role.parameterName(layer));
    }

    /** Mean loss of the labelled tokens. */
    double loss(Batch batch) {
        double sum = 0;
        var losses = tokenLosses(batch);
        for (double loss : losses) sum += loss;
        return sum / batch.labelledCount();
    }

    /** [T]; 0 where there is no label. */
    double[] tokenLosses(Batch batch) {
        var logits = logits(batch);
        int v = config.vocabSize();
        var losses = new double[batch.tokenCount()];
        for (int t = 0; t < losses.length; t++) {
            int target = batch.targets()[t];
            if (target == Batch.IGNORED) continue;
            losses[t] = Reference.crossEntropy(
                    java.util.Arrays.copyOfRange(logits, t * v, (t + 1) * v), new int[] {target})[0];
        }
        return losses;
    }

    /** [T,V]. */
    double[] logits(Batch batch) {
        int h = config.hiddenSize(),
                f = config.intermediateSize(),
                queries = config.queryWidth(),
                keys = config.keyValueWidth();
        var x = Reference.embedding(parameter(ParameterRole.EMBEDDING, -1), batch.tokens(), h);
        for (int layer = 0; layer < config.layers(); layer++) {
            var normed = norm(x, ParameterRole.INPUT_NORM, layer);
            var q = rope(Reference.linear(normed, parameter(ParameterRole.QUERY, layer), h, queries), batch);
            var k = rope(Reference.linear(normed, parameter(ParameterRole.KEY, layer), h, keys), batch);
            var v = Reference.linear(normed, parameter(ParameterRole.VALUE, layer), h, keys);
            var attended = attention(batch).forward(q, k, v).out();
            x = sum(x, Reference.linear(attended, parameter(ParameterRole.OUTPUT, layer), queries, h));

            normed = norm(x, ParameterRole.POST_ATTENTION_NORM, layer);
            var gate = Reference.linear(normed, parameter(ParameterRole.GATE, layer), h, f);
            var up = Reference.linear(normed, parameter(ParameterRole.UP, layer), h, f);
            x = sum(x, Reference.linear(Reference.swiglu(gate, up), parameter(ParameterRole.DOWN, layer), f, h));
        }
        var head = parameter(config.tiedHead() ? ParameterRole.EMBEDDING : ParameterRole.HEAD, -1);
        return Reference.linear(norm(x, ParameterRole.FINAL_NORM, -1), head, h, config.vocabSize());
    }

    private double[] norm(double[] x, ParameterRole role, int layer) {
        return Reference.rmsNorm(x, parameter(role, layer), config.normEpsilon())
                .y();
    }

    private double[] rope(double[] x, Batch batch) {
        var positions = new int[batch.tokenCount()];
        for (int s = 0; s < batch.sequenceCount(); s++) {
            for (int t = batch.starts()[s]; t < batch.starts()[s + 1]; t++) positions[t] = t - batch.starts()[s];
        }
        var frequencies = config.rope().inverseFrequencies(config.headSize());
        var cos = new double[batch.longest() * frequencies.length];
        var sin = new double[cos.length];
        for (int i = 0; i < cos.length; i++) {
            double angle = i / frequencies.length * frequencies[i % frequencies.length];
            cos[i] = Math.cos(angle);
            sin[i] = Math.sin(angle);
        }
        return Reference.rope(x, positions, cos, sin, config.headSize(), 1);
    }

    private ReferenceAttention attention(Batch batch) {
        var lengths = new ArrayList<Integer>();
        for (int s = 0; s < batch.sequenceCount(); s++) lengths.add(batch.starts()[s + 1] - batch.starts()[s]);
        return new ReferenceAttention(lengths, config.attentionHeads(), config.keyValueHeads(), config.headSize());
    }

    private static double[] sum(double[] a, double[] b) {
        var y = new double[a.length];
        for (int i = 0; i < y.length; i++) y[i] = a[i] + b[i];
        return y;
    }
}
