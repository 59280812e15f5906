package org.halftune.cudaoncpu;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets tests of any CUDA device run on the emulation, and on a real driver where {@value #DRIVER} asks for that. */
final class CudaCondition implements ExecutionCondition {
    /**
     * {@code -Dhalftune.tests.cuda=real}: the driver is taken for a real one, and must be there. Should it be emulated all the same,
     * then tests do what they would do on a GPU: so the bundle is tried without one.
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
