package org.halftune.cudaoncpu;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets tests of any CUDA device run on the emulation, and on a real driver where {@value #ANY_DRIVER} asks for that. */
final class CudaCondition implements ExecutionCondition {
    /** {@code -Dhalftune.tests.cuda=any}: what is there, real or emulated; it must be there. */
    static final String ANY_DRIVER = "halftune.tests.cuda";

    static boolean takesAnyDriver() {
        return "any".equals(System.getProperty(ANY_DRIVER));
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!takesAnyDriver()) return EmulationCondition.evaluate();
        try {
            SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("no CUDA driver: libcuda.so.1 cannot be loaded", e);
        }
        return ConditionEvaluationResult.enabled("a CUDA driver is there");
    }
}
