package org.halftune.cudaoncpu;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips tests of the emulated driver where the driver is another or missing; with CI=true that is a failure. */
final class EmulationCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return evaluate();
    }

    static ConditionEvaluationResult evaluate() {
        if (CudaOnCpu.isLoadable()) return ConditionEvaluationResult.enabled("the emulated driver is there");
        if (CudaCondition.driverIsReal()) {
            return ConditionEvaluationResult.disabled("counters, orders and planted faults are the emulation's");
        }
        String reason =
                "no emulated CUDA driver in " + CudaOnCpu.FOLDER + ": tests/cuda-on-cpu/build makes it, with g++";
        if ("true".equals(System.getenv("CI"))) throw new IllegalStateException(reason);
        return ConditionEvaluationResult.disabled(reason);
    }
}
