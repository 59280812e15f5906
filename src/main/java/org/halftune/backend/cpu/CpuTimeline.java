package org.halftune.backend.cpu;

import java.util.EnumMap;
import java.util.Map;
import org.halftune.backend.Phase;
import org.halftune.backend.Timeline;

/** Wall-clock time by phase. */
final class CpuTimeline implements Timeline {
    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
    private Phase running = Phase.OTHER;
    private long since = System.nanoTime();

    @Override
    public Phase enter(Phase next) {
        long now = System.nanoTime();
        nanos.merge(running, now - since, Long::sum);
        since = now;
        var ended = running;
        running = next;
        return ended;
    }

    @Override
    public Map<Phase, Double> drain() {
        enter(running);
        var seconds = new EnumMap<Phase, Double>(Phase.class);
        for (var phase : Phase.values()) seconds.put(phase, nanos.getOrDefault(phase, 0L) * 1e-9);
        nanos.clear();
        return seconds;
    }
}
