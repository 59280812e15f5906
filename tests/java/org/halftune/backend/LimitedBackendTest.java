package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.halftune.backend.cpu.CpuBackend;
import org.junit.jupiter.api.Test;

class LimitedBackendTest {

    @Test
    void allocationBeyondTheLimitFailsAndKeepsWhatIsHeld() {
        try (var cpu = CpuBackend.open(1)) {
            long before = cpu.memory().total();
            var limited = new LimitedBackend(cpu, before + 1000);
            var block = limited.allocate(MemoryCategory.WEIGHTS, 600);
            assertThat(limited.availableBytes()).isEqualTo(400);
            assertThatThrownBy(() -> limited.allocate(MemoryCategory.GRADIENTS, 401))
                    .isInstanceOf(OutOfDeviceMemory.class)
                    .hasMessageContaining("out of the memory budget: gradients");
            var rest = limited.allocate(MemoryCategory.GRADIENTS, 400);
            assertThat(limited.availableBytes()).isZero();
            limited.free(MemoryCategory.GRADIENTS, rest);
            limited.free(MemoryCategory.WEIGHTS, block);
            assertThat(cpu.memory().total()).isEqualTo(before);
        }
    }

    @Test
    void closingFreesWhatWasNotFreed() {
        try (var cpu = CpuBackend.open(1)) {
            long before = cpu.memory().total();
            try (var limited = new LimitedBackend(cpu, before + 1000)) {
                limited.allocate(MemoryCategory.WEIGHTS, 600);
                limited.free(MemoryCategory.GRADIENTS, limited.allocate(MemoryCategory.GRADIENTS, 400));
                assertThat(cpu.memory().total()).isEqualTo(before + 600);
            }
            assertThat(cpu.memory().total()).isEqualTo(before);
        }
    }

    /** A default method that is not handed on would answer for the wrong backend. */
    @Test
    void everythingElseIsTheBackends() {
        assertThat(Backend.class.getDeclaredMethods())
                .filteredOn(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .allSatisfy(method ->
                        assertThat(overridden(method)).as(method.toString()).isTrue());
    }

    private static boolean overridden(Method method) {
        return Arrays.stream(LimitedBackend.class.getDeclaredMethods())
                .anyMatch(own -> own.getName().equals(method.getName())
                        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }
}
