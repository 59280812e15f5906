package org.halftune.plan;

import java.util.Locale;
import org.halftune.files.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/** {@link Forecasts} as {@code plan.json}: bytes, seconds, operations, unrounded. */
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
        json.put("tokens_per_step", shape.stepTokens());
        var methods = json.putObject("methods");
        forecasts
                .methods()
                .forEach((name, forecast) -> put(methods.putObject(name.toLowerCase(Locale.ROOT)), forecast));
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
        forecast.step().ifPresent(step -> put(json.putObject("step"), step, forecast.utilisation()));
    }

    private static void put(ObjectNode json, StepForecast step, double utilisation) {
        json.put("seconds", step.seconds());
        json.put("tokens_per_second", step.tokensPerSecond());
        json.put("model_flop_utilisation", utilisation);
        json.put("launches", step.launches());
        json.put("graph_launches", step.recordings());
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

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
