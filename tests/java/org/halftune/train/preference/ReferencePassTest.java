package org.halftune.train.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.model.Capacity;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencePassTest {
    @TempDir
    private Path folder;

    private static final class NoMemory extends RuntimeException {}

    /** {@code backend}, whose allocation after {@code good} others fails. */
    private static Backend failing(Backend backend, int good) {
        int[] left = {good};
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (_, method, arguments) -> {
                    if (method.getName().equals("allocate") && left[0]-- == 0) throw new NoMemory();
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void failedAllocationLeavesNothingAllocated() {
        TestRuns.model(folder.resolve("model"), DType.F32, 7);
        int allocations = 0;
        try (var backend = CpuBackend.open(1);
                var model = PretrainedFolder.open(folder.resolve("model"))) {
            var before = backend.memory().held();
            while (true) {
                var limited = failing(backend, allocations);
                var error = catchThrowable(
                        () -> new ReferencePass(limited, model.config(), model.source(), new Capacity(32, 4)).close());
                assertThat(backend.memory().held())
                        .as("after " + allocations + " allocations")
                        .isEqualTo(before);
                if (error == null) break;
                assertThat(error).isInstanceOf(NoMemory.class);
                allocations++;
            }
        }
        assertThat(allocations).as("allocations of weights and activations").isGreaterThan(1);
    }
}
