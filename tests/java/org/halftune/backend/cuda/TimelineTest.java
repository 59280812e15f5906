package org.halftune.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.halftune.backend.Phase;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time is attributed to phases, for those who ask. */
@OnCudaOnCpu
final class TimelineTest {
    @BeforeEach
    void reset() {
        CudaOnCpu.reset();
    }

    @Test
    void unmeasuredBackendRecordsNoEvents() {
        try (var backend = Emulated.open()) {
            CudaOnCpu.resetCounters();
            assertThat(backend.timeline().enter(Phase.FORWARD)).isEqualTo(Phase.OTHER);
            assertThat(backend.timeline().enter(Phase.OTHER)).isEqualTo(Phase.FORWARD);
            assertThat(CudaOnCpu.count("calls:cuEventRecord")).isZero();
        }
    }

    @Test
    void timeGoesToThePhaseThatRan() throws InterruptedException {
        try (var backend = Emulated.open()) {
            var timeline = backend.timeline();
            timeline.drain();
            for (int i = 0; i < 3; i++) {
                timeline.enter(Phase.FORWARD);
                Thread.sleep(20);
                timeline.enter(Phase.CLIP);
                timeline.enter(Phase.OTHER);
            }
            var seconds = timeline.drain();
            assertThat(seconds).containsOnlyKeys(Phase.values());
            assertThat(seconds.get(Phase.FORWARD)).isBetween(0.055, 10.0);
            assertThat(seconds.get(Phase.CLIP)).isLessThan(seconds.get(Phase.FORWARD) / 2);
            assertThat(seconds.get(Phase.OPTIMIZER)).isZero();
            assertThat(timeline.drain().get(Phase.FORWARD)).isZero();
        }
    }
}
