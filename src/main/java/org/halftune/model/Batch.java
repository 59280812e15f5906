package org.halftune.model;

import java.util.Arrays;
import java.util.List;

/**
 * Sequences for one pass, laid one after another without padding: T tokens of S sequences.
 *
 * @param tokens [T] ids
 * @param targets [T] the id that each position has to predict, or {@link #IGNORED}
 * @param starts [S+1] the first token of each sequence, and T
 * @param reference [S] the log-probability of each sequence's targets by a reference model; empty: not computed before
 */
public record Batch(int[] tokens, int[] targets, int[] starts, float[] reference) {

    /** A target that has no loss. The value is Hugging Face's. */
    public static final int IGNORED = -100;

    /**
     * @param inputIds the sequences
     * @param labels aligned with them as in Hugging Face: the label at i is what position i−1 predicts, or {@link #IGNORED}
     */
    public static Batch of(List<int[]> inputIds, List<int[]> labels) {
        var starts = new int[inputIds.size() + 1];
        for (int s = 0; s < inputIds.size(); s++) starts[s + 1] = starts[s] + inputIds.get(s).length;
        var tokens = new int[starts[inputIds.size()]];
        var targets = new int[tokens.length];
        for (int s = 0; s < inputIds.size(); s++) {
            int[] ids = inputIds.get(s), wanted = labels.get(s);
            if (ids.length != wanted.length) throw new IllegalArgumentException("ids and labels differ in length");
            System.arraycopy(ids, 0, tokens, starts[s], ids.length);
            for (int i = 0; i < ids.length; i++) {
                targets[starts[s] + i] = i + 1 < ids.length ? wanted[i + 1] : IGNORED;
            }
        }
        return new Batch(tokens, targets, starts, new float[0]);
    }

    /** The same with the log-probability of each sequence by a reference model. */
    public Batch withReference(float[] logProbs) {
        if (logProbs.length != sequenceCount()) {
            throw new IllegalArgumentException(logProbs.length + " for " + sequenceCount() + " sequences");
        }
        return new Batch(tokens, targets, starts, logProbs);
    }

    /** Sequences without labels. */
    public static Batch of(List<int[]> inputIds) {
        return of(inputIds, inputIds.stream().map(ids -> ignored(ids.length)).toList());
    }

    private static int[] ignored(int length) {
        var labels = new int[length];
        Arrays.fill(labels, IGNORED);
        return labels;
    }

    /**
     * The same with tokens appended until T is a length of {@code buckets}. Each is a copy of the first token, a sequence of
     * its own, and without a target: no other token sees it, its gradient is zero, and its activations are those of an
     * existing token.
     */
    Batch padded(Buckets buckets) {
        int count = buckets.tokens(tokens.length);
        if (count == tokens.length) return this;
        var ids = Arrays.copyOf(tokens, count);
        Arrays.fill(ids, tokens.length, count, tokens[0]);
        var wanted = Arrays.copyOf(targets, count);
        Arrays.fill(wanted, tokens.length, count, IGNORED);
        var begins = Arrays.copyOf(starts, starts.length + count - tokens.length);
        for (int s = starts.length; s < begins.length; s++) begins[s] = begins[s - 1] + 1;
        return new Batch(ids, wanted, begins, reference);
    }

    public int tokenCount() {
        return tokens.length;
    }

    public int sequenceCount() {
        return starts.length - 1;
    }

    /** How many positions have a loss. */
    public int labelledCount() {
        int count = 0;
        for (int target : targets) if (target != IGNORED) count++;
        return count;
    }

    /** Length of the longest sequence. */
    public int longest() {
        int longest = 0;
        for (int s = 0; s < sequenceCount(); s++) longest = Math.max(longest, starts[s + 1] - starts[s]);
        return longest;
    }

    /**
     * Validates ids and lengths; kernels do no bounds checks.
     *
     * @throws IllegalArgumentException if an id is not in the vocabulary or a sequence is longer than {@code positions}
     */
    void check(int vocabSize, int positions) {
        for (int t = 0; t < tokens.length; t++) {
            boolean targetKnown = targets[t] == IGNORED || (targets[t] >= 0 && targets[t] < vocabSize);
            if (tokens[t] < 0 || tokens[t] >= vocabSize || !targetKnown) {
                throw new IllegalArgumentException("token " + t + " has id " + tokens[t] + " and target " + targets[t]
                        + "; the vocabulary has " + vocabSize + " ids");
            }
        }
        if (longest() > positions) {
            throw new IllegalArgumentException(
                    "sequence of " + longest() + " tokens, the model has " + positions + " positions");
        }
    }
}
