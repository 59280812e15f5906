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
    private final LinkedHashMap<Object, Graph> graphs = new LinkedHashMap<>(16, 0.75f, true);

    /** @param marks changes of phase inside the graph, if time was measured when it was captured */
    private record Graph(@Nullable CUgraphExec executable, List<CudaTimeline.Mark> marks, long allocations) {}

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
        context.requireNotCapturing("replay");
        var wanted = timeline.measuring() ? new Timed(key) : key;
        var known = graphs.get(wanted);
        if (known == null) {
            ops.run();
            remember(wanted, new Graph(null, List.of(), memory.allocations()));
        } else if (known.executable == null) {
            var graph = capture(ops);
            remember(wanted, graph);
            launch(graph);
        } else if (timeline.awaits(known.marks)) {
            ops.run(); // the graph's events still hold the times of its last launch
        } else {
            launch(known);
        }
    }

    private Graph capture(Runnable ops) {
        timeline.beginCapture();
        CUgraphExec executable;
        try {
            executable = captured(ops);
        } catch (Throwable e) {
            timeline.forget(timeline.endCapture());
            throw e;
        }
        return new Graph(executable, timeline.endCapture(), memory.allocations());
    }

    private CUgraphExec captured(Runnable ops) {
        context.attach();
        context.check(
                JCudaDriver.cuStreamBeginCapture(
                        context.stream(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
                "cuStreamBeginCapture");
        var graph = new CUgraph();
        context.capturing(true);
        try {
            ops.run();
            context.check(JCudaDriver.cuStreamEndCapture(context.stream(), graph), "cuStreamEndCapture");
        } catch (Throwable e) {
            abandon();
            throw e;
        } finally {
            context.capturing(false);
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

    private void launch(Graph graph) {
        context.attach();
        context.check(JCudaDriver.cuGraphLaunch(graph.executable, context.stream()), "cuGraphLaunch");
        context.queued().graph();
        timeline.launched(graph.marks);
    }

    private void remember(Object key, Graph graph) {
        graphs.put(key, graph);
        if (count() > MOST) forgetOldest(true);
        if (graphs.size() > MOST_KEYS) forgetOldest(false);
    }

    private void forgetOldest(boolean captured) {
        var oldest = graphs.entrySet().stream()
                .filter(entry -> captured == (entry.getValue().executable != null))
                .findFirst()
                .orElseThrow();
        graphs.remove(oldest.getKey());
        destroy(oldest.getValue());
    }

    /** Block number {@code block} is about to be freed. */
    private void forgetOlderThan(long block) {
        graphs.values().removeIf(graph -> {
            boolean stale = block < graph.allocations;
            if (stale) destroy(graph);
            return stale;
        });
    }

    private void destroy(Graph graph) {
        timeline.forget(graph.marks);
        if (graph.executable != null) JCudaDriver.cuGraphExecDestroy(graph.executable);
    }

    /** How many graphs there are. */
    public long count() {
        return graphs.values().stream()
                .filter(graph -> graph.executable != null)
                .count();
    }

    @Override
    public void close() {
        graphs.values().forEach(this::destroy);
        graphs.clear();
    }
}
