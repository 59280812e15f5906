package org.halftune.hft;

import java.util.Collection;
import java.util.function.Predicate;
import org.halftune.model.ParameterSpec;

/**
 * Number of trainable parameters in a group.
 *
 * @param trainable trainable parameters (single numbers)
 * @param total all parameters of the group
 * @param matricesTrainable trainable tensors; a norm counts as a matrix of one row
 * @param matrices all tensors of the group
 */
public record ParameterCount(long trainable, long total, int matricesTrainable, int matrices) {

    static ParameterCount of(Collection<ParameterSpec> specs, Predicate<ParameterSpec> isTrainable) {
        long trainable = 0;
        long total = 0;
        int matrices = 0;
        for (var spec : specs) {
            total += spec.elements();
            if (!isTrainable.test(spec)) continue;
            trainable += spec.elements();
            matrices++;
        }
        return new ParameterCount(trainable, total, matrices, specs.size());
    }

    /**
     * Fraction of trainable parameters, from 0 to 1. It differs from the fraction of matrices, for example with
     * grouped-query attention.
     */
    public double share() {
        return total == 0 ? 0 : (double) trainable / total;
    }
}
