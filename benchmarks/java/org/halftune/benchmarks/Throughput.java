package org.halftune.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.halftune.backend.Backend;
import org.halftune.backend.Phase;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.benchmarks.TrainingStep.Method;
import org.halftune.benchmarks.TrainingStep.Work;
import org.halftune.model.Recomputation;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tokens a second of full and half fine-tuning at a shape, and what share of the device's arithmetic that is.
 *
 * <p>A step is what {@code halftune train} takes: batches whose gradients add up, clipping, AdamW; its loss and norm are fetched
 * at its end, so its time is that of the device. Each method has the device to itself.
 *
 * <pre>{@code Throughput [--device cpu|cuda[:N]] [--preset NAME] [--tokens N,...] [--length TOKENS] [--steps N]
 *     [--peak TFLOPS] [--threads N] [--json FILE]}</pre>
 */
public final class Throughput {
    /** Eagerly, recorded, and replayed once: from then on every step is the same. */
    private static final int WARM_UP = 3;

    private Throughput() {}

    /** @param peakTeraflops of the device: 989 is an H100 SXM, dense, bf16 */
    private record Options(
            String device,
            Preset preset,
            List<Integer> tokens,
            int length,
            int steps,
            double peakTeraflops,
            int threads,
            String json) {

        static Options parse(String... words) {
            var given = new LinkedHashMap<String, String>();
            for (int i = 0; i < words.length; i += 2) {
                if (!words[i].startsWith("--") || i + 1 == words.length) {
                    throw new IllegalArgumentException("--NAME VALUE was expected, not " + words[i]);
                }
                given.put(words[i].substring(2), words[i + 1]);
            }
            var preset = Preset.named(take(given, "preset", "llama-3.2-1b"));
            var tokens = new ArrayList<Integer>();
            for (var count : take(given, "tokens", "8192,65536").split(",")) tokens.add(Integer.valueOf(count));
            var options = new Options(
                    take(given, "device", "cuda"),
                    preset,
                    tokens,
                    Integer.parseInt(take(given, "length", Integer.toString(preset.length()))),
                    Integer.parseInt(take(given, "steps", "10")),
                    Double.parseDouble(take(given, "peak", "989")),
                    Integer.parseInt(take(given, "threads", "2")),
                    take(given, "json", ""));
            if (!given.isEmpty()) throw new IllegalArgumentException("unknown: " + given.keySet());
            return options;
        }

        private static String take(Map<String, String> given, String name, String otherwise) {
            var value = given.remove(name);
            return value == null ? otherwise : value;
        }
    }

    /** What was measured of one method at one number of tokens a step. */
    private record Result(
            Method method,
            Work work,
            DescriptiveStatistics milliseconds,
            Map<Phase, Double> phases,
            long bytes,
            long launches,
            ModelFlops flops) {

        double tokensPerSecond() {
            return 1e3 * work.tokens() / milliseconds.getPercentile(50);
        }

        double utilisation(double peakTeraflops) {
            return flops.perToken() * tokensPerSecond() / (1e12 * peakTeraflops);
        }

        Map<String, Object> json(double peakTeraflops) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("method", method.name());
            fields.put("tokens_per_step", work.tokens());
            fields.put("batches_per_step", work.batches());
            fields.put("sequence_length", work.length());
            fields.put("recomputation", work.recomputation().name().toLowerCase(Locale.ROOT));
            fields.put("steps", milliseconds.getN());
            fields.put("ms_per_step_median", milliseconds.getPercentile(50));
            fields.put("ms_per_step_10th", milliseconds.getPercentile(10));
            fields.put("ms_per_step_90th", milliseconds.getPercentile(90));
            fields.put("tokens_per_second", tokensPerSecond());
            var parts = new LinkedHashMap<String, Object>();
            phases.forEach((phase, milliseconds) -> parts.put(phase.name().toLowerCase(Locale.ROOT), milliseconds));
            fields.put("ms_by_phase", parts);
            fields.put("device_bytes", bytes);
            fields.put("kernel_launches_per_step", launches);
            fields.put("flops_per_token", flops.perToken());
            fields.put("flops_utilisation", utilisation(peakTeraflops));
            return fields;
        }
    }

    public static void main(String[] arguments) throws IOException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("Throughput: " + e.getMessage());
            System.exit(2);
            return;
        }
        String device;
        String details;
        try (var backend = Devices.open(options.device, options.threads)) {
            device = backend.description();
            details = backend.details();
        }
        System.out.printf(
                Locale.ROOT,
                "Halftune, %s, %s%s%n%n%-22s %7s %9s %17s %9s %6s %8s %8s%n",
                options.preset,
                device,
                Devices.isEmulated(device) ? "\nAn emulated device: these figures say nothing about speed." : "",
                "",
                "tokens",
                "ms/step",
                "10th-90th",
                "tokens/s",
                "FLOP/s",
                "GB",
                "kernels");
        var results = new ArrayList<Result>();
        for (int tokens : options.tokens) {
            for (var method : Method.values()) {
                // One of its own for each, since a backend that has begun to take the times of phases does not stop.
                try (var backend = Devices.open(options.device, options.threads)) {
                    var result = measure(backend, options, method, tokens);
                    results.add(result);
                    print(result, options.peakTeraflops);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%nFLOP/s: %s; of %.0f TFLOP/s. kernels: launches a step, without cuBLAS's.%n",
                ModelFlops.FORMULA,
                options.peakTeraflops);
        if (!options.json.isEmpty()) write(options, device, details, results);
    }

    private static Result measure(Backend backend, Options options, Method method, int tokens) {
        var config = options.preset.config();
        var work = workThatFits(backend, options, method, tokens);
        try (var training = new TrainingStep(backend, config, method, work)) {
            long before = launches(backend);
            training.step();
            long launches = launches(backend) - before;
            for (int i = 1; i < WARM_UP; i++) training.step();
            var milliseconds = new DescriptiveStatistics();
            for (int i = 0; i < options.steps; i++) {
                long start = System.nanoTime();
                training.step();
                milliseconds.addValue(1e-6 * (System.nanoTime() - start));
            }
            var flops = ModelFlops.of(config, method.trainable(config), options.length);
            return new Result(
                    method,
                    work,
                    milliseconds,
                    phases(backend, training),
                    backend.memory().total(),
                    launches,
                    flops);
        }
    }

    /** Where the time of a step goes, to be held against {@code halftune plan}: of a step more, after all others. */
    private static Map<Phase, Double> phases(Backend backend, TrainingStep training) {
        backend.timeline().drain(); // from here on time is taken, and what was recorded without it is recorded again
        for (int i = 1; i < WARM_UP; i++) {
            training.step();
            backend.timeline().drain();
        }
        training.step();
        var milliseconds = new EnumMap<Phase, Double>(Phase.class);
        backend.timeline().drain().forEach((phase, seconds) -> milliseconds.put(phase, 1e3 * seconds));
        return milliseconds;
    }

    /** Launched one by one: of the first step, which is not yet a recording. */
    private static long launches(Backend backend) {
        if (!(backend instanceof CudaBackend cuda)) return 0;
        return cuda.launches().values().stream().mapToLong(Long::longValue).sum();
    }

    private static Work workThatFits(Backend backend, Options options, Method method, int tokens) {
        var config = options.preset.config();
        return new FittingWork(config, method.trainable(config), TrainingStep.ADAM_W, options.length)
                .on(backend, tokens, List.of(Recomputation.values()))
                .orElseThrow(() -> new IllegalStateException(method + " of " + options.preset + " does not fit into "
                        + backend.availableBytes() + " bytes, a row of " + options.length + " tokens at a time"));
    }

    private static void print(Result result, double peakTeraflops) {
        var ms = result.milliseconds;
        System.out.printf(
                Locale.ROOT,
                "%-22s %7d %9.1f %8.1f-%-8.1f %9.0f %5.1f%% %8.2f %8d%n",
                result.method,
                result.work.tokens(),
                ms.getPercentile(50),
                ms.getPercentile(10),
                ms.getPercentile(90),
                result.tokensPerSecond(),
                100 * result.utilisation(peakTeraflops),
                1e-9 * result.bytes,
                result.launches);
        var parts = new StringJoiner(", ", "  ", "");
        result.phases.forEach((phase, milliseconds) -> parts.add(String.format(
                Locale.ROOT, "%s %.2f ms", phase.name().toLowerCase(Locale.ROOT).replace('_', ' '), milliseconds)));
        System.out.println(parts);
    }

    private static void write(Options options, String device, String details, List<Result> results) throws IOException {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("program", "Halftune");
        fields.put("device", device);
        fields.put("emulated", Devices.isEmulated(device));
        fields.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        fields.put("java", Runtime.version().toString());
        fields.put("details", details);
        fields.put("options", options.toString());
        fields.put("preset", options.preset.name());
        fields.put("flops", ModelFlops.FORMULA);
        fields.put("peak_teraflops", options.peakTeraflops);
        fields.put(
                "results",
                results.stream().map(r -> r.json(options.peakTeraflops)).toList());
        var json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(fields);
        Files.writeString(Path.of(options.json), json + "\n");
    }
}
