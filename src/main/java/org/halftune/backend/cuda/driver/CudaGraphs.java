package org.halftune.backend.cuda.driver;

import java.util.LinkedHashMap;
import java.util.List;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * CUDA graphs: a sequence of ops is captured once and replayed as one launch. The hundreds of launches of a step cost the host
 * milliseconds, their graph costs microseconds.
 *
 * <p>The first time, ops run one by one: a shape seen once is not worth a graph, and first runs look up kernels. The second time
 * they are captured and replayed, from the third time on replayed. A graph holds addresses, so it is destroyed when memory is freed
 * that existed when it was captured.
 */
public final class CudaGraphs implements AutoCloseable {
    /** Graphs: each holds some device memory, and lengths are padded, so batches have few shapes. */
    private static final int MOST = 24;

    /** Keys of graphs and of what was seen once. */
    private static final int MOST_KEYS = 1000;

    private final CudaContext context;
    private final DeviceMemory memory;
    private final CudaTimeline timeline;

    /** The one that was used longest ago comes first. A key that was seen once has no graph yet. */
    private final LinkedHashMap<Object, Recording> recordings = new LinkedHashMap<>(16, 0.75f, true);

    /** @param marks changes of phase inside the graph, if time was measured when it was captured */
    private record Recording(@Nullable CUgraphExec graph, List<CudaTimeline.Mark> marks, long allocations) {}

    /** The key of a graph that measures time. */
    private record Timed(Object key) {}

    public CudaGraphs(CudaContext context, DeviceMemory memory, CudaTimeline timeline) {
        this.context = context;
        this.memory = memory;
        this.timeline = timeline;
        memory.whenFreed(this::forgetOlderThan);
    }

    /**
     * Runs {@code ops}, or what they queued when they were last run with an equal key. They may only queue: to read
     * results, copy or allocate within them is an error while they are captured.
     */
    public void replay(Object key, Runnable ops) {
        context.requireNotRecording("replay");
        var wanted = timeline.measuring() ? new Timed(key) : key;
        var known = recordings.get(wanted);
        if (known == null) {
            ops.run();
            remember(wanted, new Recording(null, List.of(), memory.allocations()));
        } else if (known.graph == null) {
            var recording = record(ops);
            remember(wanted, recording);
            launch(recording);
        } else if (timeline.awaits(known.marks)) {
            ops.run(); // the graph's events still hold the times of its last launch
        } else {
            launch(known);
        }
    }

    private Recording record(Runnable ops) {
        timeline.beginRecording();
        CUgraphExec graph;
        try {
            graph = capture(ops);
        } catch (Throwable e) {
            timeline.forget(timeline.endRecording());
            throw e;
        }
        return new Recording(graph, timeline.endRecording(), memory.allocations());
    }

    private CUgraphExec capture(Runnable ops) {
        context.attach();
        context.check(
                JCudaDriver.cuStreamBeginCapture(
                        context.stream(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
                "cuStreamBeginCapture");
        var graph = new CUgraph();
        context.recording(true);
        try {
            ops.run();
            context.check(JCudaDriver.cuStreamEndCapture(context.stream(), graph), "cuStreamEndCapture");
        } catch (Throwable e) {
            abandon();
            throw e;
        } finally {
            context.recording(false);
        }
        try {
            var executable = new CUgraphExec();
            context.check(JCudaDriver.cuGraphInstantiate(executable, graph, 0), "cuGraphInstantiate");
            return executable;
        } finally {
            JCudaDriver.cuGraphDestroy(graph);
        }
    }

    /** Ends a capture that failed. */
    private void abandon() {
        var graph = new CUgraph();
        if (JCudaDriver.cuStreamEndCapture(context.stream(), graph) == 0) JCudaDriver.cuGraphDestroy(graph);
    }

    private void launch(Recording recording) {
        context.attach();
        context.check(JCudaDriver.cuGraphLaunch(recording.graph, context.stream()), "cuGraphLaunch");
        context.queued().graph();
        timeline.launched(recording.marks);
    }

    private void remember(Object key, Recording recording) {
        recordings.put(key, recording);
        if (recorded() > MOST) forgetOldest(true);
        if (recordings.size() > MOST_KEYS) forgetOldest(false);
    }

    private void forgetOldest(boolean withGraph) {
        var oldest = recordings.entrySet().stream()
                .filter(entry -> withGraph == (entry.getValue().graph != null))
                .findFirst()
                .orElseThrow();
        recordings.remove(oldest.getKey());
        destroy(oldest.getValue());
    }

    /** Block number {@code block} is about to be freed. */
    private void forgetOlderThan(long block) {
        recordings.values().removeIf(recording -> {
            boolean stale = block < recording.allocations;
            if (stale) destroy(recording);
            return stale;
        });
    }

    private void destroy(Recording recording) {
        timeline.forget(recording.marks);
        if (recording.graph != null) JCudaDriver.cuGraphExecDestroy(recording.graph);
    }

    /** How many graphs there are. */
    public long recorded() {
        return recordings.values().stream().filter(r -> r.graph != null).count();
    }

    @Override
    public void close() {
        recordings.values().forEach(this::destroy);
        recordings.clear();
    }
}
