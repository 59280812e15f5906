package org.halftune.cudaoncpu;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Enables tests of any CUDA device on the emulation, and on a real driver where {@value #DRIVER} is "real". */
final class CudaCondition implements ExecutionCondition {
    /**
     * {@code -Dhalftune.tests.cuda=real}: a driver must be present and is taken as a real one. If it is emulated nevertheless, tests do
     * what they do on a GPU: this is how the bundle is rehearsed without one.
     */
    static final String DRIVER = "halftune.tests.cuda";

    static boolean driverIsReal() {
        return "real".equals(System.getProperty(DRIVER));
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!driverIsReal()) return EmulationCondition.evaluate();
        try {
            SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("no CUDA driver: libcuda.so.1 cannot be loaded", e);
        }
        return ConditionEvaluationResult.enabled("a CUDA driver is there");
    }
}
