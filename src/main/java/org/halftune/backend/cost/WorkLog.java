package org.halftune.backend.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.halftune.backend.Phase;

/** The work of a device, in order. */
public final class WorkLog {

    /**
     * @param inGraph whether it is part of a graph, which the host launches as one
     */
    public record Entry(Work work, Phase phase, boolean inGraph) {}

    private final List<Entry> entries = new ArrayList<>();
    private long replays;

    public void add(Work work, Phase phase, boolean inGraph) {
        entries.add(new Entry(work, phase, inGraph));
    }

    /** A graph was launched. */
    public void replayed() {
        replays++;
    }

    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** How many graphs were launched. */
    public long replays() {
        return replays;
    }

    public Stream<Work.KernelRun> kernels() {
        return all(Work.KernelRun.class);
    }

    public Stream<Work.Product> products() {
        return all(Work.Product.class);
    }

    public <T extends Work> Stream<T> all(Class<T> kind) {
        return entries.stream().map(Entry::work).filter(kind::isInstance).map(kind::cast);
    }

    /** A sum over the launches of each kernel, by name. */
    public Map<String, Long> byKernel(ToLongFunction<Work.KernelRun> amount) {
        var sums = new TreeMap<String, Long>();
        kernels().forEach(kernel -> sums.merge(kernel.name(), amount.applyAsLong(kernel), Long::sum));
        return sums;
    }

    /** How often each kernel is launched, by name. */
    public Map<String, Long> launches() {
        return byKernel(_ -> 1);
    }

    public long copies(Work.Route route) {
        return all(Work.Copy.class).filter(copy -> copy.route() == route).count();
    }
}
