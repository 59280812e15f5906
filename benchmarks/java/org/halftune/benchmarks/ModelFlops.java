package org.halftune.benchmarks;

import java.util.Set;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;

/**
 * The floating-point operations that training a token needs, however it is implemented: recomputation does not
 * count, so it does not raise the utilization (Chowdhery et al. 2022, arXiv 2204.02311, appendix B).
 *
 * <pre>   4·N + 2·M + 6·L·A·S</pre>
 *
 * N: elements of the matrices that take part in products, the head among them, the look-up of an embedding not. Forward 2, the
 * gradient of the input 2. M: those of them that learn, for whose gradient there are 2 more; for full fine-tuning M = N, the
 * usual 6·N. L layers, A the width of all query heads, S the tokens of a sequence: scores and their product with the values are
 * 2·2·A·S forward and twice that backward, of which the causal mask leaves half.
 */
record ModelFlops(double perToken) {
    static final String FORMULA =
            "4 N + 2 M + 6 L A S a token; N: elements of all matrices in products, M: of those that learn,"
                    + " L layers, A width of all heads, S tokens of a sequence (causal: half of S)";

    static ModelFlops of(LlamaConfig config, Set<String> trainable, int length) {
        double all = 0, learning = 0;
        for (var spec : ParameterSpec.all(config)) {
            if (!spec.isMatrix() || (spec.role() == ParameterRole.EMBEDDING && !config.tiedHead())) continue;
            all += spec.elements();
            if (trainable.contains(spec.name())) learning += spec.elements();
        }
        double attention = 6.0 * config.layers() * config.queryWidth() * length;
        return new ModelFlops(4 * all + 2 * learning + attention);
    }
}
