package org.halftune.plan;

import java.util.Locale;
import org.halftune.files.StrictJson;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@link Forecasts} as {@code plan.json}, with unrounded bytes, seconds and operations. */
public final class ForecastJson {
    private ForecastJson() {}

    public static String of(Forecasts forecasts) {
        var shape = forecasts.shape();
        ObjectNode json = StrictJson.object();
        json.put("prediction", true);
        json.put("model", forecasts.model());
        json.put("device", forecasts.device());
        json.put("available_bytes", forecasts.available());
        forecasts.gpu().ifPresent(gpu -> json.put("gpu", gpu.word()));
        json.put("per_device_train_batch_size", shape.rows());
        json.put("gradient_accumulation_steps", shape.batches());
        json.put("max_length", shape.rowTokens());
        if (shape.memories().count() > 0) {
            json.put("gem_tasks", shape.memories().count() + 1);
            json.put("gem_batch", shape.memoryRows());
        }
        if (shape.kind() instanceof StepKind.Preferences(var reference)) json.put("dpo_reference", lower(reference));
        forecasts.precomputing().ifPresent(seconds -> json.put("precompute_seconds_per_pair", seconds));
        json.put("tokens_per_step", shape.stepTokens());
        var methods = json.putObject("methods");
        forecasts
                .methods()
                .forEach((name, forecast) -> put(methods.putObject(name.toLowerCase(Locale.ROOT)), forecast));
        forecasts.equalMemory().ifPresent(equal -> put(json.putArray("equal_memory"), equal));
        var notes = json.putArray("notes");
        forecasts.notes().forEach(notes::add);
        return StrictJson.print(json);
    }

    private static void put(ObjectNode json, TrainingForecast forecast) {
        var count = forecast.selection().count();
        json.putObject("parameters").put("trainable", count.trainable()).put("total", count.total());
        var memory = json.putObject("memory_bytes");
        forecast.memory().forEach((rung, plan) -> {
            var bytes = memory.putObject(lower(rung));
            plan.bytes().forEach((category, size) -> bytes.put(lower(category), size));
            bytes.put("total", plan.total());
        });
        forecast.taken().ifPresentOrElse(rung -> json.put("recompute", lower(rung)), () -> json.putNull("recompute"));
        forecast.step().ifPresent(step -> {
            var fields = json.putObject("step");
            put(fields, step, forecast.utilisation());
            forecast.reference().ifPresent(seconds -> fields.put("reference_seconds", seconds));
        });
    }

    private static void put(ObjectNode json, StepForecast step, double utilisation) {
        json.put("seconds", step.seconds());
        json.put("tokens_per_second", step.tokensPerSecond());
        json.put("model_flop_utilisation", utilisation);
        json.put("launches", step.launches());
        json.put("graph_launches", step.graphs());
        var phases = json.putObject("seconds_by_phase");
        step.phases().forEach((phase, seconds) -> phases.put(lower(phase), seconds));
        var lines = json.putArray("kernels");
        for (var line : step.lines()) {
            lines.addObject()
                    .put("name", line.name())
                    .put("launches", line.launches())
                    .put("bytes_asked", line.asked())
                    .put("bytes_moved", line.moved())
                    .put("operations", line.operations())
                    .put("seconds", line.seconds())
                    .put("bound", line.bound());
        }
    }

    private static void put(ArrayNode array, EqualMemoryForecast equal) {
        for (var row : equal.rows()) {
            var json = array.addObject();
            json.put("memory", row.budget().title());
            json.put("budget_bytes", row.budget().bytes());
            var methods = json.putObject("methods");
            row.methods().forEach((method, entry) -> {
                var cut = entry.cut();
                var fields = methods.putObject(EqualMemoryForecast.key(method));
                fields.put("fits", entry.fits());
                fields.put("per_device_train_batch_size", cut.rows());
                fields.put("gradient_accumulation_steps", cut.batches());
                fields.put("recompute", lower(cut.recomputation()));
                fields.put("bytes", cut.bytes());
                entry.step().ifPresent(step -> {
                    fields.put("seconds", step.seconds());
                    fields.put("tokens_per_second", step.tokensPerSecond());
                });
                row.timeAgainstFull(entry).ifPresent(ratio -> fields.put("time_against_fft", ratio));
            });
        }
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
