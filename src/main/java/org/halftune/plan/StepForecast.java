package org.halftune.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.halftune.backend.Phase;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cost.WorkLog;

/**
 * The predicted time of a step on a GPU.
 *
 * @param lines one for each kernel and each shape of product, the longest first
 * @param phases seconds by part of the step
 * @param seconds of the whole step
 * @param launches kernels, products, fills and copies on the device
 * @param graphs graphs launched by the host
 */
public record StepForecast(
        List<Line> lines, Map<Phase, Double> phases, double seconds, long tokens, long launches, long graphs) {

    /**
     * All launches of one kind.
     *
     * @param asked bytes requested by blocks; 0 for products, whose kernels belong to cuBLAS
     * @param moved bytes moved between memory and the GPU
     * @param operations of the tensor cores
     * @param seconds including launches
     * @param bound what limits most of the time
     */
    public record Line(
            String name, long launches, long asked, long moved, double operations, double seconds, String bound) {}

    public double tokensPerSecond() {
        return tokens / seconds;
    }

    static StepForecast of(WorkLog log, long tokens, Gpu gpu, Rates rates) {
        var sums = new LinkedHashMap<String, Sum>();
        var phases = new EnumMap<Phase, Double>(Phase.class);
        double seconds = rates.stepEnd().value();
        long launches = 0;
        for (var entry : log.entries()) {
            var time = WorkTime.of(entry.work(), entry.inGraph(), gpu, rates);
            sums.computeIfAbsent(name(entry.work()), Sum::new).add(entry.work(), time);
            if (time.bound() == WorkTime.Bound.HOST) continue; // in parallel with the step
            launches++;
            seconds += time.total();
            phases.merge(entry.phase(), time.total(), Double::sum);
        }
        // Later graphs of a step are launched while the first one runs.
        if (log.replays() > 0) seconds += rates.graphNode().value() * launches / log.replays();
        var lines = sums.values().stream()
                .map(Sum::line)
                .sorted(Comparator.comparingDouble(Line::seconds).reversed().thenComparing(Line::name))
                .toList();
        return new StepForecast(lines, phases, seconds, tokens, launches, log.replays());
    }

    /** Products are named by the shape of the result and the depth: rows×columns·depth. */
    private static String name(Work work) {
        return switch (work) {
            case Work.KernelRun kernel -> kernel.name();
            case Work.Product p ->
                switch (p.use()) {
                            case FORWARD -> "y";
                            case INPUT_GRADIENT -> "dx";
                            case WEIGHT_GRADIENT -> "dW";
                        }
                        + " " + p.n() + "×" + p.m() + "·" + p.k();
            case Work.Fill _ -> "set to zero";
            case Work.Copy copy ->
                "copy " + copy.route().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    private static final class Sum {
        private final String name;
        private final Map<WorkTime.Bound, Double> bounds = new EnumMap<>(WorkTime.Bound.class);
        private long launches;
        private long asked;
        private long moved;
        private double operations;
        private double seconds;

        Sum(String name) {
            this.name = name;
        }

        void add(Work work, WorkTime time) {
            launches++;
            seconds += time.total();
            bounds.merge(time.bound(), time.total(), Double::sum);
            switch (work) {
                case Work.KernelRun kernel -> {
                    asked += kernel.asked().total();
                    moved += kernel.moved();
                    operations += kernel.tensorOperations();
                }
                case Work.Product product -> {
                    moved += product.traffic().total();
                    operations += product.operations();
                }
                case Work.Fill fill -> moved += fill.bytes();
                case Work.Copy copy -> moved += (copy.route() == Work.Route.DEVICE_TO_DEVICE ? 2 : 1) * copy.bytes();
            }
        }

        Line line() {
            var most = new ArrayList<>(bounds.entrySet());
            most.sort(Map.Entry.<WorkTime.Bound, Double>comparingByValue().reversed());
            return new Line(
                    name,
                    launches,
                    asked,
                    moved,
                    operations,
                    seconds,
                    most.getFirst().getKey().words());
        }
    }
}
