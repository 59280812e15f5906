package org.halftune.hft;

import java.util.Collection;
import java.util.function.Predicate;
import org.halftune.model.ParameterSpec;

/**
 * How much of a group of parameters learns.
 *
 * @param trainable parameters (single numbers) that learn
 * @param total all parameters of the group
 * @param matricesTrainable tensors that learn; norms count too, as matrices of one row
 * @param matrices all tensors of the group
 */
public record ParameterCount(long trainable, long total, int matricesTrainable, int matrices) {

    static ParameterCount of(Collection<ParameterSpec> specs, Predicate<ParameterSpec> learns) {
        long trainable = 0;
        long total = 0;
        int matrices = 0;
        for (var spec : specs) {
            total += spec.elements();
            if (!learns.test(spec)) continue;
            trainable += spec.elements();
            matrices++;
        }
        return new ParameterCount(trainable, total, matrices, specs.size());
    }

    /** The true share of parameters that learn, from 0 to 1; with grouped-query attention not that of the matrices. */
    public double share() {
        return total == 0 ? 0 : (double) trainable / total;
    }
}
