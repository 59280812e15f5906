package org.halftune.backend.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.Phase;
import org.halftune.backend.Timeline;

/**
 * Time by phase as the device sees it: an event is queued at each change of phase, and the time between two of them is what
 * the device spent, idle or not.
 *
 * <p>Nobody who does not ask pays for it: measuring begins with the first {@link #drain}. While it goes on, recorded
 * sequences are not replayed, because their changes of phase would not be seen.
 */
final class CudaTimeline implements Timeline, AutoCloseable {
    private final CudaContext context;
    private final List<Mark> marks = new ArrayList<>();
    private final ArrayDeque<CUevent> unused = new ArrayDeque<>();
    private Phase running = Phase.OTHER;
    private boolean measuring;

    /** From this event on, {@code phase} runs. */
    private record Mark(CUevent event, Phase phase) {}

    CudaTimeline(CudaContext context) {
        this.context = context;
    }

    boolean measuring() {
        return measuring;
    }

    @Override
    public Phase enter(Phase next) {
        var ended = running;
        running = next;
        if (measuring && next != ended) mark();
        return ended;
    }

    @Override
    public Map<Phase, Double> drain() {
        var seconds = new EnumMap<Phase, Double>(Phase.class);
        for (var phase : Phase.values()) seconds.put(phase, 0.0);
        measuring = true;
        mark();
        var last = marks.getLast();
        CudaFailure.check(JCudaDriver.cuEventSynchronize(last.event), "cuEventSynchronize, in drain");
        for (int i = 0; i + 1 < marks.size(); i++) {
            var from = marks.get(i);
            var milliseconds = new float[1];
            CudaFailure.check(
                    JCudaDriver.cuEventElapsedTime(milliseconds, from.event, marks.get(i + 1).event),
                    "cuEventElapsedTime");
            seconds.merge(from.phase, milliseconds[0] * 1e-3, Double::sum);
            unused.add(from.event);
        }
        marks.clear();
        marks.add(last);
        return seconds;
    }

    private void mark() {
        context.attach();
        var event = unused.isEmpty() ? newEvent() : unused.remove();
        CudaFailure.check(JCudaDriver.cuEventRecord(event, context.stream()), "cuEventRecord");
        marks.add(new Mark(event, running));
    }

    private static CUevent newEvent() {
        var event = new CUevent();
        CudaFailure.check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
        return event;
    }

    @Override
    public void close() {
        marks.forEach(mark -> JCudaDriver.cuEventDestroy(mark.event));
        unused.forEach(JCudaDriver::cuEventDestroy);
        marks.clear();
        unused.clear();
    }
}
