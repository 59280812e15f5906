package org.halftune.optim;

import java.util.Arrays;

/**
 * How a step's gradient g is changed so that, to first order, the step raises the loss on no earlier task's memory (Lopez-Paz &amp;
 * Ranzato 2017, arXiv 1706.08840): if ⟨g, g_k⟩ ≥ 0 for the gradients g_k of all memories, g stays as it is. Otherwise it becomes the
 * nearest gradient for which that holds, {@code g + Σ coefficients[k]·g_k}.
 *
 * <p>The authors' code has a memory strength γ: a violated gradient gets at least γ of each g_k, which helps the earlier tasks
 * beyond keeping them. γ = 0 is the projection. With γ &gt; 0 the constraints hold too, since γ is the lower bound in the quadratic
 * program; the paper's text adds γ to its solution, after which they may not.
 *
 * @param violated how many memories have ⟨g, g_k⟩ &lt; 0
 * @param coefficients [K]; all 0 if none is violated
 */
record Projection(int violated, double[] coefficients) {

    /**
     * Of gradients with these products.
     *
     * @param products {@code ⟨gᵢ, gⱼ⟩} at i(i+1)/2 + j for j ≤ i ≤ K, where g₀ is the step's gradient
     * @param strength γ
     * @return coefficients of NaN if a product is not finite: the gradient is lost
     */
    static Projection of(double[] products, int memories, double strength) {
        var linear = new double[memories];
        var square = new double[memories][memories];
        int violated = 0;
        boolean finite = Double.isFinite(products[0]);
        for (int i = 1; i <= memories; i++) {
            int row = i * (i + 1) / 2;
            linear[i - 1] = products[row];
            if (products[row] < 0) violated++;
            for (int j = 0; j <= i; j++) {
                finite &= Double.isFinite(products[row + j]);
                if (j == 0) continue;
                square[i - 1][j - 1] = products[row + j];
                square[j - 1][i - 1] = products[row + j];
            }
        }
        if (!finite) {
            var lost = new double[memories];
            Arrays.fill(lost, Double.NaN);
            return new Projection(violated, lost);
        }
        if (violated == 0) return new Projection(0, new double[memories]);
        return new Projection(violated, NonNegativeProgram.solve(square, linear, strength));
    }
}
