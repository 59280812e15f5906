package org.halftune.continual;

import java.util.Arrays;
import java.util.List;

/**
 * The scores R[t,i] of a sequence of T tasks: of task i after round t, which learned task t. Row 0 is the model before the first round.
 * NaN means not measured. Immutable.
 *
 * <p>OP and BWT are those of the HFT paper (arXiv 2404.18466) and of TRACE (arXiv 2310.06762); BWT and FWT come from GEM
 * (Lopez-Paz and Ranzato 2017, arXiv 1706.08840).
 */
public final class ScoreMatrix {
    private final List<String> tasks;
    private final double[][] rows; // [T+1][T]

    private ScoreMatrix(List<String> tasks, double[][] rows) {
        this.tasks = tasks;
        this.rows = rows;
    }

    /** A matrix in which nothing is measured. */
    public static ScoreMatrix of(List<String> tasks) {
        var rows = new double[tasks.size() + 1][tasks.size()];
        for (double[] row : rows) Arrays.fill(row, Double.NaN);
        return new ScoreMatrix(List.copyOf(tasks), rows);
    }

    /** Names of the tasks, in their order. */
    public List<String> tasks() {
        return tasks;
    }

    /**
     * R[t,i].
     *
     * @param round t, from 0
     * @param task i, from 1
     */
    public double get(int round, int task) {
        return rows[round][task - 1];
    }

    public boolean measured(int round, int task) {
        return !Double.isNaN(get(round, task));
    }

    /** This matrix with R[t,i] = {@code score}. */
    public ScoreMatrix with(int round, int task, double score) {
        var copy = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) copy[i] = rows[i].clone();
        copy[round][task - 1] = score;
        return new ScoreMatrix(tasks, copy);
    }

    /** The overall performance after all rounds: OP = (1/T) Σ R[T,i]. */
    public double overall() {
        return overall(tasks.size());
    }

    /** The same after round t ≥ 1, over the tasks learned until then: (1/t) Σ_{i≤t} R[t,i]. NaN if one is not measured. */
    public double overall(int round) {
        double sum = 0;
        for (int task = 1; task <= round; task++) sum += get(round, task);
        return sum / round;
    }

    /** The backward transfer: BWT = (1/(T−1)) Σ_{i<T} (R[T,i] − R[i,i]). NaN for a single task, or if one is not measured. */
    public double backward() {
        return backward(tasks.size());
    }

    /** The same after round t: (1/(t−1)) Σ_{i<t} (R[t,i] − R[i,i]). NaN in the first round. */
    public double backward(int round) {
        double sum = 0;
        for (int task = 1; task < round; task++) sum += get(round, task) - get(task, task);
        return round < 2 ? Double.NaN : sum / (round - 1);
    }

    /**
     * The forward transfer: FWT = (1/(T−1)) Σ_{i>1} (R[i−1,i] − R[0,i]), what the rounds before a task did for it. NaN unless all tasks
     * were scored after every round and before the first.
     */
    public double forward() {
        double sum = 0;
        for (int task = 2; task <= tasks.size(); task++) sum += get(task - 1, task) - get(0, task);
        return tasks.size() < 2 ? Double.NaN : sum / (tasks.size() - 1);
    }
}
