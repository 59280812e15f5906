package org.halftune.backend.cuda.driver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUevent_record_flags;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.Phase;
import org.halftune.backend.Timeline;
import org.jspecify.annotations.Nullable;

/**
 * Time by phase as the device sees it: an event is queued at each change of phase, and the time between two of them is what
 * the device spent, idle or not.
 *
 * <p>Measuring begins with the first {@link #drain}; before it there are no events. From then on events are captured into
 * {@linkplain CudaGraphs graphs} too, and every replay takes their times again.
 */
public final class CudaTimeline implements Timeline, AutoCloseable {
    private final CudaContext context;
    private final List<Mark> marks = new ArrayList<>();
    private final ArrayDeque<CUevent> unused = new ArrayDeque<>();
    private Phase running = Phase.OTHER;
    private boolean measuring;

    /** The marks of the graph that is being captured. */
    private @Nullable List<Mark> captured;

    /**
     * From this event on, {@code phase} runs.
     *
     * @param inGraph whether the event belongs to a graph, which records it at every launch
     */
    record Mark(CUevent event, Phase phase, boolean inGraph) {}

    public CudaTimeline(CudaContext context) {
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
        context.requireNotCapturing("drain");
        var seconds = new EnumMap<Phase, Double>(Phase.class);
        for (var phase : Phase.values()) seconds.put(phase, 0.0);
        measuring = true;
        mark();
        var last = marks.getLast();
        context.check(JCudaDriver.cuEventSynchronize(last.event), "cuEventSynchronize, in drain");
        for (int i = 0; i + 1 < marks.size(); i++) {
            var from = marks.get(i);
            var milliseconds = new float[1];
            context.check(
                    JCudaDriver.cuEventElapsedTime(milliseconds, from.event, marks.get(i + 1).event),
                    "cuEventElapsedTime");
            seconds.merge(from.phase, milliseconds[0] * 1e-3, Double::sum);
            if (!from.inGraph) unused.add(from.event);
        }
        marks.clear();
        marks.add(last);
        return seconds;
    }

    private void mark() {
        context.attach();
        if (captured != null) {
            var event = newEvent();
            captured.add(new Mark(event, running, true));
            context.check(
                    JCudaDriver.cuEventRecordWithFlags(
                            event, context.stream(), CUevent_record_flags.CU_EVENT_RECORD_EXTERNAL),
                    "cuEventRecordWithFlags");
            return;
        }
        var event = unused.isEmpty() ? newEvent() : unused.remove();
        marks.add(new Mark(event, running, false));
        context.check(JCudaDriver.cuEventRecord(event, context.stream()), "cuEventRecord");
    }

    private CUevent newEvent() {
        var event = new CUevent();
        context.check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
        return event;
    }

    /** From now on marks belong to a graph. */
    void beginCapture() {
        captured = new ArrayList<>();
    }

    /** The marks of the graph. Give them to {@link #forget} when the graph is destroyed. */
    List<Mark> endCapture() {
        var ended = captured == null ? List.<Mark>of() : captured;
        captured = null;
        return ended;
    }

    /** Whether the graph was launched since the last {@link #drain}: another launch would overwrite its times. */
    boolean awaits(List<Mark> graph) {
        return !graph.isEmpty() && marks.contains(graph.getFirst());
    }

    /** The graph was launched. */
    void launched(List<Mark> graph) {
        if (graph.isEmpty()) return;
        marks.addAll(graph);
        running = graph.getLast().phase;
    }

    void forget(List<Mark> graph) {
        marks.removeAll(graph);
        for (var mark : graph) JCudaDriver.cuEventDestroy(mark.event);
    }

    @Override
    public void close() {
        for (var mark : marks) if (!mark.inGraph) JCudaDriver.cuEventDestroy(mark.event);
        unused.forEach(JCudaDriver::cuEventDestroy);
        marks.clear();
        unused.clear();
    }
}
