package org.halftune.backend;

import java.util.List;

/**
 * Causal grouped-query attention in double, one score at a time: {@code softmax(q·kᵀ/√D)·v} within each sequence. q, out
 * [T,N·D]; k, v [T,K·D]; lse [N,T].
 *
 * @param lengths of the sequences, one after another
 */
public record ReferenceAttention(List<Integer> lengths, int queryHeads, int keyHeads, int headSize) {

    /** @param out [T,N·D]; {@code lse} [N,T] */
    public record Result(double[] out, double[] lse) {}

    /** What is done with the probability P_ij of query row i of a head and key row j. Rows are [heads·D] offsets. */
    private interface Pair {
        void visit(int query, int key, double probability);
    }

    public int tokens() {
        return lengths.stream().mapToInt(Integer::intValue).sum();
    }

    public int longest() {
        return lengths.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    public Result forward(double[] q, double[] k, double[] v) {
        var out = new double[q.length];
        var lse = new double[queryHeads * tokens()];
        eachPair(q, k, lse, (query, key, p) -> {
            for (int d = 0; d < headSize; d++) out[query + d] += p * v[key + d];
        });
        return new Result(out, lse);
    }

    /** dq, dk, dv: {@code dP = dO·Vᵀ}, {@code dS = P∘(dP − Σ_j P·dP)/√D}, {@code dQ = dS·K}, {@code dK = dSᵀ·Q}, {@code dV = Pᵀ·dO}. */
    public Reference.Gradients backward(double[] dOut, double[] q, double[] k, double[] v) {
        var dq = new double[q.length];
        var dk = new double[k.length];
        var dv = new double[v.length];
        var out = forward(q, k, v).out;
        var lse = new double[queryHeads * tokens()];
        eachPair(q, k, lse, (query, key, p) -> {
            double delta = dot(dOut, query, out, query); // Σ_j P·dP
            double ds = p * (dot(dOut, query, v, key) - delta) / Math.sqrt(headSize);
            for (int d = 0; d < headSize; d++) {
                dq[query + d] += ds * k[key + d];
                dk[key + d] += ds * q[query + d];
                dv[key + d] += p * dOut[query + d];
            }
        });
        return new Reference.Gradients(dq, dk, dv);
    }

    private void eachPair(double[] q, double[] k, double[] lse, Pair pair) {
        int group = queryHeads / keyHeads, start = 0;
        for (int length : lengths) {
            for (int head = 0; head < queryHeads; head++) {
                for (int i = start; i < start + length; i++) { // causal: keys start … i
                    lse[head * tokens() + i] =
                            eachKey(q, (i * queryHeads + head) * headSize, k, start, i + 1, head / group, pair);
                }
            }
            start += length;
        }
    }

    /** Visits the keys from … to − 1 of one query; returns the logarithm of the sum. */
    private double eachKey(double[] q, int query, double[] k, int from, int to, int keyHead, Pair pair) {
        var scores = new double[to - from];
        for (int j = from; j < to; j++) scores[j - from] = dot(q, query, k, key(j, keyHead)) / Math.sqrt(headSize);
        double sum = Reference.logSumExp(scores, 0, scores.length);
        for (int j = from; j < to; j++) pair.visit(query, key(j, keyHead), Math.exp(scores[j - from] - sum));
        return sum;
    }

    /** One token over all of the keys and values [L,K·D]: q, result [N·D]. */
    public double[] oneToken(double[] q, double[] k, double[] v) {
        var out = new double[q.length];
        int keys = k.length / (keyHeads * headSize);
        for (int head = 0; head < queryHeads; head++) {
            eachKey(q, head * headSize, k, 0, keys, head / (queryHeads / keyHeads), (query, key, p) -> {
                for (int d = 0; d < headSize; d++) out[query + d] += p * v[key + d];
            });
        }
        return out;
    }

    private int key(int token, int keyHead) {
        return (token * keyHeads + keyHead) * headSize;
    }

    private double dot(double[] a, int fromA, double[] b, int fromB) {
        double sum = 0;
        for (int d = 0; d < headSize; d++) sum += a[fromA + d] * b[fromB + d];
        return sum;
    }
}
