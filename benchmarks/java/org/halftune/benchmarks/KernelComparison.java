package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.hft.Selection;
import org.halftune.plan.Gpu;
import org.halftune.plan.Rates;
import org.halftune.plan.StepForecast;
import org.halftune.plan.TrainingForecast;
import org.halftune.plan.TrainingShape;

/**
 * Each kernel of a training step, as measured and as predicted. A kernel that is not ours is one of cuBLAS's: their sum stands beside
 * the sum of the predicted products.
 *
 * @param rows the longest first
 */
record KernelComparison(List<Row> rows) {
    private static final String PRODUCTS = "products (cuBLAS)";

    /** Memory of the device that the prediction is for: it decides nothing here, since nothing is recomputed. */
    private static final long ENOUGH = 1L << 40;

    /** Launches, seconds and bytes of all kernels of one name. */
    record Sum(long launches, double seconds, double bytes) {
        static final Sum NOTHING = new Sum(0, 0, 0);

        Sum plus(Sum more) {
            return new Sum(launches + more.launches, seconds + more.seconds, bytes + more.bytes);
        }
    }

    record Row(String kernel, Sum measured, Sum predicted) {}

    /**
     * Measured and predicted values of a step.
     *
     * @param step one step
     * @param forecast of the same step; its fills and copies are not kernels, and are left out
     */
    static KernelComparison of(KernelProfile step, StepForecast forecast) {
        var predicted = new LinkedHashMap<String, Sum>();
        for (var line : forecast.lines()) {
            if (line.name().startsWith("copy ") || line.name().equals("set to zero")) continue;
            // A product's line is its use and its shape: dW 2048×8192·8192.
            var name = line.name().contains(" ") ? PRODUCTS : line.name();
            predicted.merge(name, new Sum(line.launches(), line.seconds(), line.moved()), Sum::plus);
        }
        var measured = new LinkedHashMap<String, Sum>();
        for (var launch : step.launches()) {
            var name = predicted.containsKey(launch.kernel()) ? launch.kernel() : PRODUCTS;
            measured.merge(name, new Sum(1, launch.seconds(), launch.bytes()), Sum::plus);
        }
        var rows = new ArrayList<Row>();
        predicted.forEach((kernel, sum) -> rows.add(new Row(kernel, measured.getOrDefault(kernel, Sum.NOTHING), sum)));
        rows.sort((a, b) -> Double.compare(b.measured.seconds, a.measured.seconds));
        return new KernelComparison(rows);
    }

    /**
     * What {@code halftune plan} predicts of {@link ProfiledStep}, without the load of a whole step: a profiler launches kernels one by
     * one, so the device keeps its clocks.
     */
    static StepForecast forecast(Preset preset, Gpu gpu) {
        var config = preset.config();
        var shape = new TrainingShape(config, preset.sequences(), preset.length(), 1, TrainingStep.ADAM_W);
        var device = new TrainingForecast.Target() {
            @Override
            public CostBackend open() {
                return new CudaCostModel(ENOUGH);
            }

            @Override
            public long available() {
                return ENOUGH;
            }
        };
        var rungs = List.of(ProfiledStep.work(preset, preset.sequences()).recomputation());
        return TrainingForecast.of(
                        shape,
                        Selection.full(config),
                        rungs,
                        device,
                        gpu,
                        Rates.of(gpu).withoutLoad())
                .step()
                .orElseThrow();
    }
}
