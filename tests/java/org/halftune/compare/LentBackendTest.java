package org.halftune.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.cpu.CpuBackend;
import org.junit.jupiter.api.Test;

class LentBackendTest {

    @Test
    void closingFreesWhatWasNotFreed() {
        try (var cpu = CpuBackend.open(1)) {
            long before = cpu.memory().total();
            try (var lent = new LentBackend(cpu)) {
                lent.allocate(Category.WEIGHTS, 600);
                lent.free(Category.GRADIENTS, lent.allocate(Category.GRADIENTS, 400));
                assertThat(cpu.memory().total()).isEqualTo(before + 600);
            }
            assertThat(cpu.memory().total()).isEqualTo(before);
        }
    }

    /** A default method that is not forwarded would answer for the wrong backend. */
    @Test
    void everythingElseIsTheBackends() {
        assertThat(Backend.class.getDeclaredMethods())
                .filteredOn(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .allSatisfy(method ->
                        assertThat(overridden(method)).as(method.toString()).isTrue());
    }

    private static boolean overridden(Method method) {
        return Arrays.stream(LentBackend.class.getDeclaredMethods())
                .anyMatch(own -> own.getName().equals(method.getName())
                        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }
}
