package org.halftune.backend;

import java.util.Arrays;
import java.util.List;

/**
 * Every op in double precision by the plainest loops, as the definition that backends are measured against. Letters as in
 * {@link Ops}. {@link ReferenceTest} proves the backward passes by finite differences of the forward passes.
 */
public final class Reference {
    private Reference() {}

    /** out [T,H]: row ids[t] of table [V,H]. */
    public static double[] embedding(double[] table, int[] ids, int h) {
        var out = new double[ids.length * h];
        for (int t = 0; t < ids.length; t++) System.arraycopy(table, ids[t] * h, out, t * h, h);
        return out;
    }

    /** dTable [V,H] from dOut [T,H]. */
    public static double[] embeddingBackward(double[] dOut, int[] ids, int v, int h) {
        var dTable = new double[v * h];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < h; i++) dTable[ids[t] * h + i] += dOut[t * h + i];
        }
        return dTable;
    }

    /** @param y [T,H]; {@code r} [T] = 1/√(mean(x²)+ε) */
    public record Normed(double[] y, double[] r) {}

    /** x [T,H], w [H]. */
    public static Normed rmsNorm(double[] x, double[] w, double epsilon) {
        int h = w.length;
        var y = new double[x.length];
        var r = new double[x.length / h];
        for (int t = 0; t < r.length; t++) {
            double squares = 0;
            for (int i = 0; i < h; i++) squares += x[t * h + i] * x[t * h + i];
            r[t] = 1 / Math.sqrt(squares / h + epsilon);
            for (int i = 0; i < h; i++) y[t * h + i] = x[t * h + i] * r[t] * w[i];
        }
        return new Normed(y, r);
    }

    /** Gradients of one op's inputs, in the order of its arguments. */
    public record Gradients(double[]... of) {
        public double[] get(int i) {
            return of[i];
        }
    }

    /** dx [T,H] and dw [H] from dy [T,H]. */
    public static Gradients rmsNormBackward(double[] dy, double[] x, double[] w, double epsilon) {
        int h = w.length;
        var r = rmsNorm(x, w, epsilon).r;
        var dx = new double[x.length];
        var dw = new double[h];
        for (int t = 0; t < r.length; t++) {
            double dot = 0; // Σ_j g_j·x_j, g = dy·w
            for (int j = 0; j < h; j++) dot += dy[t * h + j] * w[j] * x[t * h + j];
            for (int i = 0; i < h; i++) {
                int at = t * h + i;
                dx[at] = r[t] * (dy[at] * w[i] - x[at] * r[t] * r[t] * dot / h);
                dw[i] += dy[at] * x[at] * r[t];
            }
        }
        return new Gradients(dx, dw);
    }

    /** y [T,O] = x [T,I] · w [O,I]ᵀ. */
    public static double[] linear(double[] x, double[] w, int inputs, int outputs) {
        int tokens = x.length / inputs;
        var y = new double[tokens * outputs];
        for (int t = 0; t < tokens; t++) {
            for (int o = 0; o < outputs; o++) {
                double sum = 0;
                for (int i = 0; i < inputs; i++) sum += x[t * inputs + i] * w[o * inputs + i];
                y[t * outputs + o] = sum;
            }
        }
        return y;
    }

    /** dx [T,I] = dy [T,O] · w [O,I] and dw [O,I] = dyᵀ · x. */
    public static Gradients linearBackward(double[] dy, double[] x, double[] w, int inputs, int outputs) {
        int tokens = dy.length / outputs;
        var dx = new double[tokens * inputs];
        var dw = new double[outputs * inputs];
        for (int t = 0; t < tokens; t++) {
            for (int o = 0; o < outputs; o++) {
                double d = dy[t * outputs + o];
                for (int i = 0; i < inputs; i++) {
                    dx[t * inputs + i] += d * w[o * inputs + i];
                    dw[o * inputs + i] += d * x[t * inputs + i];
                }
            }
        }
        return new Gradients(dx, dw);
    }

    /** x [T,heads·D] with the pair (i, i + D/2) of each head turned by ±angle; cos, sin [P,D/2]. */
    public static double[] rope(double[] x, int[] positions, double[] cos, double[] sin, int headSize, int direction) {
        int half = headSize / 2, width = x.length / positions.length;
        var y = new double[x.length];
        for (int t = 0; t < positions.length; t++) {
            for (int head = 0; head < width; head += headSize) {
                for (int i = 0; i < half; i++) {
                    double c = cos[positions[t] * half + i], s = direction * sin[positions[t] * half + i];
                    int low = t * width + head + i, high = low + half;
                    y[low] = x[low] * c - x[high] * s;
                    y[high] = x[high] * c + x[low] * s;
                }
            }
        }
        return y;
    }

    /** y [T,I] = silu(gate)·up. */
    public static double[] swiglu(double[] gate, double[] up) {
        var y = new double[gate.length];
        for (int i = 0; i < y.length; i++) y[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
        return y;
    }

    /** dGate and dUp. */
    public static Gradients swigluBackward(double[] dy, double[] gate, double[] up) {
        var dGate = new double[gate.length];
        var dUp = new double[gate.length];
        for (int i = 0; i < gate.length; i++) {
            double sigma = 1 / (1 + Math.exp(-gate[i]));
            dUp[i] = dy[i] * gate[i] * sigma;
            dGate[i] = dy[i] * up[i] * (sigma + gate[i] * sigma * (1 - sigma));
        }
        return new Gradients(dGate, dUp);
    }

    /** losses [R] from logits [R,V]. */
    public static double[] crossEntropy(double[] logits, int[] targets) {
        int v = logits.length / targets.length;
        var losses = new double[targets.length];
        for (int r = 0; r < losses.length; r++) losses[r] = logSumExp(logits, r * v, v) - logits[r * v + targets[r]];
        return losses;
    }

    /** (softmax − onehot)·factors[r]: [R,V]. */
    public static double[] crossEntropyBackward(double[] factors, double[] logits, int[] targets) {
        int v = logits.length / targets.length;
        var d = new double[logits.length];
        for (int r = 0; r < targets.length; r++) {
            double sum = logSumExp(logits, r * v, v);
            for (int i = 0; i < v; i++) d[r * v + i] = Math.exp(logits[r * v + i] - sum) * factors[r];
            d[r * v + targets[r]] -= factors[r];
        }
        return d;
    }

    static double logSumExp(double[] x, int from, int count) {
        double max = Arrays.stream(x, from, from + count).max().orElseThrow();
        return max
                + Math.log(Arrays.stream(x, from, from + count)
                        .map(e -> Math.exp(e - max))
                        .sum());
    }

    /** √Σ g² over all arrays. */
    public static double norm(List<double[]> gradients) {
        return Math.sqrt(gradients.stream()
                .flatMapToDouble(Arrays::stream)
                .map(g -> g * g)
                .sum());
    }

    /** One parameter array of AdamW, stepped in place. */
    public record Adam(double[] weight, double[] first, double[] second, boolean decayed) {
        void step(double[] gradient, AdamWStep s, double norm) {
            double clip = Math.min(1, s.maxGradientNorm() / (norm + 1e-6));
            for (int i = 0; i < weight.length; i++) {
                double g = gradient[i] * clip;
                first[i] = s.beta1() * first[i] + (1 - s.beta1()) * g;
                second[i] = s.beta2() * second[i] + (1 - s.beta2()) * g * g;
                double m = first[i] / (1 - Math.pow(s.beta1(), s.step()));
                double v = second[i] / (1 - Math.pow(s.beta2(), s.step()));
                if (decayed) weight[i] *= 1 - s.learningRate() * s.weightDecay();
                weight[i] -= s.learningRate() * m / (Math.sqrt(v) + s.epsilon());
            }
        }
    }
}
