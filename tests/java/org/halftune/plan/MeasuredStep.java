package org.halftune.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.halftune.files.StrictJson;
import org.halftune.hft.Freeze;
import org.halftune.hft.Selection;
import org.halftune.hft.Strategy;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;
import org.halftune.pretrained.ConfigFile;
import org.halftune.tensor.DType;
import tools.jackson.databind.JsonNode;

/**
 * A training step as {@code Throughput} measured it on the H200, from benchmarks/results.
 *
 * @param model the folder of its config.json
 * @param method as {@code Throughput} calls it
 * @param moments type of AdamW's moments
 * @param bytes that the backend held
 */
record MeasuredStep(
        String model,
        String method,
        int rows,
        int rowTokens,
        int batches,
        DType moments,
        Recomputation recomputation,
        double seconds,
        long bytes) {

    static final Path RESULTS = Path.of("benchmarks/results/2026-11-27-h200");
    static final String LLAMA_1B = "llama-3.2-1b", LLAMA_8B = "llama-3.1-8b";
    static final String FFT = "FFT", HFT = "HFT", FROZEN = "HFT_FROZEN_EMBEDDINGS";

    static List<MeasuredStep> all() {
        var steps = new ArrayList<MeasuredStep>();
        read(steps, "throughput.json", LLAMA_1B);
        read(steps, "throughput-8b.json", LLAMA_8B);
        return steps;
    }

    private static void read(List<MeasuredStep> steps, String file, String model) {
        var json = StrictJson.read(RESULTS.resolve(file));
        if (!json.get("device").asString().contains("NVIDIA H200")) throw new IllegalStateException(file);
        for (var result : json.get("results")) steps.add(of(result, model));
    }

    private static MeasuredStep of(JsonNode json, String model) {
        int batches = json.get("batches_per_step").asInt();
        int rowTokens = json.get("sequence_length").asInt();
        return new MeasuredStep(
                model,
                json.get("method").asString(),
                json.get("tokens_per_step").asInt() / batches / rowTokens,
                rowTokens,
                batches,
                json.has("moments") && json.get("moments").asString().equals("bfloat16") ? DType.BF16 : DType.F32,
                Recomputation.valueOf(json.get("recomputation").asString().toUpperCase(Locale.ROOT)),
                json.get("ms_per_step_median").asDouble() * 1e-3,
                json.get("device_bytes").asLong());
    }

    long tokens() {
        return (long) rows * rowTokens * batches;
    }

    LlamaConfig config() {
        return config(model);
    }

    static LlamaConfig config(String model) {
        return ConfigFile.read(Path.of("tests/resources/org/halftune/plan", model, "config.json"))
                .config();
    }

    /** What learns in the benchmarks' method: the draw of seed 0. */
    Selection selection() {
        return selection(config(), method);
    }

    static Selection selection(LlamaConfig config, String method) {
        if (method.equals(FFT)) return Selection.full(config);
        boolean frozen = method.equals(FROZEN);
        return Selection.draw(config, Strategy.of("category", 0.5), new Freeze(frozen, frozen, false), 0, 0);
    }

    TrainingShape shape() {
        var precision = new AdamWConfig.Precision(moments, true, Optional.empty(), 0);
        return new TrainingShape(
                config(), rows, rowTokens, batches, new AdamWConfig(0.9, 0.95, 1e-8, 0.1, 1, precision));
    }

    @Override
    public String toString() {
        return model + " " + method + ", " + tokens() + " tokens" + (moments == DType.BF16 ? ", bf16 moments" : "");
    }
}
