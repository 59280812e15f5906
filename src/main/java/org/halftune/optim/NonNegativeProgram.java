package org.halftune.optim;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * The quadratic program {@code min ½·vᵀPv + bᵀv} subject to {@code v ≥ least}, where P is the matrix of the dot products of some
 * vectors, and b are their dot products with another: the dual of Gradient Episodic Memory (Lopez-Paz &amp; Ranzato 2017, arXiv
 * 1706.08840, equation 11).
 *
 * <p>With {@code v = u + least} it is a least-squares problem with {@code u ≥ 0}, solved exactly by the active-set method of Lawson
 * &amp; Hanson (1974, Solving Least Squares Problems, chapter 23) in the form of Bro &amp; de Jong (1997, Journal of Chemometrics 11),
 * which needs P and b alone. The vectors are scaled to length 1 first, so their lengths do not matter. Among linearly dependent
 * vectors the solution is not unique, but the sum {@code Σ v_k·vector_k} is.
 */
final class NonNegativeProgram {
    /** A slope smaller than this, against the numbers that it is the difference of, is 0. */
    private static final double TOLERANCE = 1e-12;

    /** A vector with a square below this has no direction in fp32. */
    private static final double LEAST_SQUARE = 1e-60;

    /** Turns per variable; Lawson and Hanson find that one or two are enough. */
    private static final int MOST_TURNS = 30;

    private final int n;
    private final double[] lengths;
    /** Of the scaled vectors; 0 for those without a direction. */
    private final double[][] p;

    private final double[] b;
    private final double[] u;
    private final boolean[] free;

    private NonNegativeProgram(double[][] products, double[] linear) {
        n = linear.length;
        lengths = new double[n];
        for (int i = 0; i < n; i++) lengths[i] = products[i][i] < LEAST_SQUARE ? 0 : Math.sqrt(products[i][i]);
        p = new double[n][n];
        b = new double[n];
        for (int i = 0; i < n; i++) {
            if (lengths[i] == 0) continue;
            b[i] = linear[i] / lengths[i];
            for (int j = 0; j < n; j++) p[i][j] = lengths[j] == 0 ? 0 : products[i][j] / lengths[i] / lengths[j];
        }
        u = new double[n];
        free = new boolean[n];
    }

    /**
     * The solution.
     *
     * @param products P [n,n], symmetric
     * @param linear b [n]
     * @param least the lower bound of every v, at least 0
     */
    static double[] solve(double[][] products, double[] linear, double least) {
        var shifted = linear.clone(); // b + least·P·1
        for (int i = 0; i < shifted.length; i++) {
            for (double product : products[i]) shifted[i] += least * product;
        }
        var v = new NonNegativeProgram(products, shifted).solved();
        for (int i = 0; i < v.length; i++) v[i] += least;
        return v;
    }

    private double[] solved() {
        var refused = new boolean[n];
        // In exact arithmetic each turn lowers the objective, so no set of free variables repeats; after so many turns
        // only rounding is left.
        for (int turn = 0; turn < MOST_TURNS * n; turn++) {
            int next = steepest(refused);
            if (next < 0) break;
            free[next] = true;
            var target = unconstrained();
            if (target[next] <= 0) { // it depends on the free ones, and its slope was a rounding error
                free[next] = false;
                refused[next] = true;
                continue;
            }
            Arrays.fill(refused, false);
            moveTo(target);
        }
        var v = new double[n];
        for (int i = 0; i < n; i++) v[i] = lengths[i] == 0 ? 0 : u[i] / lengths[i];
        return v;
    }

    /** The bound variable along which the objective falls fastest; −1 if it falls along none: the solution is reached. */
    private int steepest(boolean[] refused) {
        int best = -1;
        double fastest = 0;
        for (int i = 0; i < n; i++) {
            if (free[i] || refused[i] || lengths[i] == 0) continue;
            double slope = b[i], size = Math.abs(b[i]);
            for (int j = 0; j < n; j++) {
                slope += p[i][j] * u[j];
                size += Math.abs(p[i][j] * u[j]);
            }
            if (slope < -TOLERANCE * size && slope < fastest) {
                best = i;
                fastest = slope;
            }
        }
        return best;
    }

    /** Goes towards {@code target}, binds each variable that reaches 0 on the way, and aims anew, until none does. */
    private void moveTo(double[] first) {
        var target = first;
        while (true) {
            double way = 1;
            int blocking = -1;
            for (int i = 0; i < n; i++) {
                if (!free[i] || target[i] > 0) continue;
                double share = u[i] / (u[i] - target[i]);
                if (blocking < 0 || share < way) {
                    way = share;
                    blocking = i;
                }
            }
            for (int i = 0; i < n; i++) {
                if (!free[i]) continue;
                u[i] += way * (target[i] - u[i]);
                if (i != blocking && u[i] > 0) continue;
                u[i] = 0;
                free[i] = false;
            }
            if (blocking < 0) return;
            target = unconstrained();
        }
    }

    /** The minimum over the free variables, the others at 0; of several the smallest. */
    private double[] unconstrained() {
        var places = new int[n];
        int count = 0;
        for (int i = 0; i < n; i++) if (free[i]) places[count++] = i;
        var target = new double[n];
        if (count == 0) return target;
        var matrix = new Array2DRowRealMatrix(count, count);
        var right = new ArrayRealVector(count);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) matrix.setEntry(i, j, p[places[i]][places[j]]);
            right.setEntry(i, -b[places[i]]);
        }
        var solution = new SingularValueDecomposition(matrix).getSolver().solve(right);
        for (int i = 0; i < count; i++) target[places[i]] = solution.getEntry(i);
        return target;
    }
}
