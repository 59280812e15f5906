package org.halftune.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cuda.CudaCosts;
import org.halftune.benchmarks.TrainingStep.Method;
import org.halftune.hft.Selection;
import org.halftune.plan.Gpu;
import org.halftune.plan.Rates;
import org.halftune.plan.StepForecast;
import org.halftune.plan.TrainingForecast;
import org.halftune.plan.TrainingShape;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each kernel of a training step: what a profiler measured beside what {@code halftune plan} predicts.
 *
 * <p>{@code ProfileTable NCU_CSV DEVICE_NAME PRESET JSON_FILE}, of a profile of {@link ProfiledStep}. A kernel that is not ours is one of
 * cuBLAS's: their sum stands beside the sum of the predicted products.
 */
public final class ProfileTable {
    private static final String PRODUCTS = "products (cuBLAS)";

    /** Memory of the device that the prediction is for: it decides nothing here, since nothing is recomputed. */
    private static final long ENOUGH = 1L << 40;

    private ProfileTable() {}

    /** Launches, seconds and bytes of all kernels of one name. */
    record Sum(long launches, double seconds, double bytes) {
        static final Sum NOTHING = new Sum(0, 0, 0);

        Sum plus(long moreLaunches, double moreSeconds, double moreBytes) {
            return new Sum(launches + moreLaunches, seconds + moreSeconds, bytes + moreBytes);
        }
    }

    record Row(String kernel, Sum measured, Sum predicted) {}

    /**
     * The rows, the longest first.
     *
     * @param step one step
     * @param forecast of the same step; its fills and copies are no kernels, and are left out
     */
    static List<Row> join(KernelProfile step, StepForecast forecast) {
        var predicted = new LinkedHashMap<String, Sum>();
        for (var line : forecast.lines()) {
            if (line.name().startsWith("copy ") || line.name().equals("set to zero")) continue;
            // A product's line is its use and its shape: dW 2048×8192·8192.
            var name = line.name().contains(" ") ? PRODUCTS : line.name();
            predicted.merge(
                    name,
                    Sum.NOTHING.plus(line.launches(), line.seconds(), line.moved()),
                    (a, b) -> a.plus(b.launches, b.seconds, b.bytes));
        }
        var measured = new LinkedHashMap<String, Sum>();
        for (var launch : step.launches()) {
            var name = predicted.containsKey(launch.kernel()) ? launch.kernel() : PRODUCTS;
            measured.merge(
                    name,
                    Sum.NOTHING.plus(1, launch.seconds(), launch.bytes()),
                    (a, b) -> a.plus(b.launches, b.seconds, b.bytes));
        }
        var rows = new ArrayList<Row>();
        predicted.forEach((kernel, sum) -> rows.add(new Row(kernel, measured.getOrDefault(kernel, Sum.NOTHING), sum)));
        rows.sort((a, b) -> Double.compare(b.measured.seconds, a.measured.seconds));
        return rows;
    }

    static StepForecast forecast(Preset preset, Gpu gpu) {
        var config = preset.config();
        var shape = new TrainingShape(config, preset.sequences(), preset.length(), 1, TrainingStep.ADAM_W);
        var device = new TrainingForecast.Device() {
            @Override
            public CostBackend open() {
                return new CudaCosts(ENOUGH);
            }

            @Override
            public long available() {
                return ENOUGH;
            }
        };
        var rungs = List.of(ProfiledStep.work(preset, preset.sequences()).recomputation());
        return TrainingForecast.of(shape, Selection.full(config), rungs, device, gpu, Rates.of(gpu))
                .step()
                .orElseThrow();
    }

    public static void main(String[] arguments) throws IOException {
        var preset = Preset.named(arguments[2]);
        var gpu = Gpu.ofDeviceName(arguments[1]);
        if (gpu.isEmpty()) {
            System.out.println("failed: halftune plan knows no rates of " + arguments[1]);
            System.exit(1);
        }
        try {
            var profile = KernelProfile.parse(Files.readAllLines(Path.of(arguments[0])));
            var step = profile.lastStep()
                    .orElseThrow(() -> new IllegalArgumentException(
                            profile.launches().size() + " kernels were profiled, but not two optimizer steps"));
            var rows = join(step, forecast(preset, gpu.get()));
            print(rows, preset, arguments[1], gpu.get());
            write(rows, preset, arguments[1], gpu.get(), Path.of(arguments[3]));
        } catch (IllegalArgumentException e) {
            System.out.println("failed: " + e.getMessage() + " (" + arguments[0] + ")");
            System.exit(1);
        }
    }

    private static void print(List<Row> rows, Preset preset, String device, Gpu gpu) {
        System.out.printf(
                Locale.ROOT,
                "One step of %s, %s, %d tokens, kernel by kernel on %s; predicted for %s%n%n",
                Method.FFT,
                preset,
                preset.tokens(),
                device,
                gpu.title());
        System.out.printf("%-36s %11s %17s %8s %17s%n", "", "launches", "ms", "ratio", "GB");
        System.out.printf(
                "%-36s %5s %5s %8s %8s %8s %8s %8s%n",
                "kernel", "seen", "plan", "measured", "plan", "", "measured", "plan");
        Sum measured = Sum.NOTHING, predicted = Sum.NOTHING;
        for (var row : rows) {
            line(row.kernel, row.measured, row.predicted);
            measured = measured.plus(row.measured.launches, row.measured.seconds, row.measured.bytes);
            predicted = predicted.plus(row.predicted.launches, row.predicted.seconds, row.predicted.bytes);
        }
        line("sum of kernels", measured, predicted);
    }

    private static void line(String name, Sum measured, Sum predicted) {
        System.out.printf(
                Locale.ROOT,
                "%-36s %5d %5d %8.3f %8.3f %8.2f %8.3f %8.3f%n",
                name,
                measured.launches,
                predicted.launches,
                1e3 * measured.seconds,
                1e3 * predicted.seconds,
                measured.seconds / predicted.seconds,
                1e-9 * measured.bytes,
                1e-9 * predicted.bytes);
    }

    private static void write(List<Row> rows, Preset preset, String device, Gpu gpu, Path file) throws IOException {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("device", device);
        fields.put("predicted_for", gpu.word());
        fields.put("preset", preset.name());
        fields.put("method", Method.FFT.name());
        fields.put("tokens_per_step", preset.tokens());
        fields.put(
                "kernels",
                rows.stream()
                        .map(row -> Map.of(
                                "kernel", row.kernel, "measured", json(row.measured), "predicted", json(row.predicted)))
                        .toList());
        Files.writeString(
                file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n");
    }

    private static Map<String, Object> json(Sum sum) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("launches", sum.launches);
        fields.put("seconds", sum.seconds);
        fields.put("bytes", sum.bytes);
        return fields;
    }
}
