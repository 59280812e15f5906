package org.halftune.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.halftune.benchmarks.KernelComparison.Row;
import org.halftune.benchmarks.KernelComparison.Sum;
import org.halftune.benchmarks.TrainingStep.Method;
import org.halftune.plan.Gpu;
import org.halftune.problem.InputError;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints {@link KernelComparison} of a profile of {@link ProfiledStep}, and writes it as JSON.
 *
 * <p>{@code ProfileTable NCU_CSV DEVICE_NAME PRESET JSON_FILE}; exit code 2: bad input.
 */
public final class ProfileTable {
    private ProfileTable() {}

    public static void main(String[] arguments) {
        try {
            run(arguments, System.out);
        } catch (InputError e) {
            System.err.println(e.report());
            System.exit(2);
        }
    }

    /** @throws InputError if an argument is not known, the profile is not of two steps, or the JSON cannot be written */
    static void run(String[] arguments, PrintStream out) {
        if (arguments.length != 4) {
            throw new InputError(
                    arguments.length + " arguments are not 4", "", "ProfileTable NCU_CSV DEVICE_NAME PRESET JSON_FILE");
        }
        var device = arguments[1];
        var gpu = Gpu.ofDeviceName(device)
                .orElseThrow(() -> new InputError(
                        "halftune plan has no rates for " + device,
                        "DEVICE_NAME",
                        "its GPUs are " + String.join(", ", Gpu.words())));
        var preset = StepCase.preset(arguments[2], "PRESET");
        var rows = KernelComparison.of(lastStep(Path.of(arguments[0])), KernelComparison.forecast(preset, gpu))
                .rows();
        print(rows, preset, device, gpu, out);
        write(rows, preset, device, gpu, Path.of(arguments[3]));
    }

    private static KernelProfile lastStep(Path csv) {
        try {
            var profile = KernelProfile.parse(Files.readAllLines(csv));
            return profile.lastStep()
                    .orElseThrow(() -> new IllegalArgumentException(
                            profile.launches().size() + " kernels were profiled, but not two optimizer steps"));
        } catch (IOException | IllegalArgumentException e) {
            var what = e instanceof IOException ? "cannot read the profile: " + e : String.valueOf(e.getMessage());
            throw new InputError(what, csv.toString(), "profile ProfiledStep with the flags in tests/gpu/check");
        }
    }

    private static void print(List<Row> rows, Preset preset, String device, Gpu gpu, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "One step of %s, %s, %d tokens, kernel by kernel on %s; predicted for %s%n%n",
                Method.FFT,
                preset,
                preset.tokens(),
                device,
                gpu.title());
        out.printf("%-36s %11s %17s %8s %17s%n", "", "launches", "ms", "ratio", "GB");
        out.printf(
                "%-36s %5s %5s %8s %8s %8s %8s %8s%n",
                "kernel", "seen", "plan", "measured", "plan", "", "measured", "plan");
        Sum measured = Sum.NOTHING, predicted = Sum.NOTHING;
        for (var row : rows) {
            line(row.kernel(), row.measured(), row.predicted(), out);
            measured = measured.plus(row.measured());
            predicted = predicted.plus(row.predicted());
        }
        line("sum of kernels", measured, predicted, out);
    }

    private static void line(String name, Sum measured, Sum predicted, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%-36s %5d %5d %8.3f %8.3f %8.2f %8.3f %8.3f%n",
                name,
                measured.launches(),
                predicted.launches(),
                1e3 * measured.seconds(),
                1e3 * predicted.seconds(),
                measured.seconds() / predicted.seconds(),
                1e-9 * measured.bytes(),
                1e-9 * predicted.bytes());
    }

    private static void write(List<Row> rows, Preset preset, String device, Gpu gpu, Path file) {
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
                                "kernel",
                                row.kernel(),
                                "measured",
                                json(row.measured()),
                                "predicted",
                                json(row.predicted())))
                        .toList());
        try {
            Files.writeString(
                    file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n");
        } catch (IOException e) {
            throw new InputError("cannot write: " + e, file.toString(), "name a file in a folder that is there");
        }
    }

    private static Map<String, Object> json(Sum sum) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("launches", sum.launches());
        fields.put("seconds", sum.seconds());
        fields.put("bytes", sum.bytes());
        return fields;
    }
}
