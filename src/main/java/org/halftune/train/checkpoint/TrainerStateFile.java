package org.halftune.train.checkpoint;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.halftune.files.AtomicFile;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code trainer_state.json} of a checkpoint: transformers' keys, and Halftune's own under {@code halftune}. Doubles are read back
 * bit for bit.
 *
 * @param templateTime the time that {@code strftime_now} of the chat template returned, so that a resumed run has the same rows
 * @param history the rows of {@code metrics.jsonl} up to the checkpoint
 */
public record TrainerStateFile(
        TrainerState state,
        double epoch,
        int maxSteps,
        RunFingerprint fingerprint,
        Optional<LocalDateTime> templateTime,
        List<ObjectNode> history) {
    public static final String FILE = "trainer_state.json";
    private static final int FORMAT = 1;
    private static final String FIGURES = "interval_figures";

    public TrainerStateFile {
        history = List.copyOf(history);
    }

    public void write(Path checkpoint) {
        var json = StrictJson.object();
        json.put("epoch", epoch)
                .put("global_step", state.step())
                .put("max_steps", maxSteps)
                .put("num_input_tokens_seen", state.inputTokens());
        var best = state.best();
        if (best.metric().isPresent()) {
            json.put("best_metric", best.metric().getAsDouble()).put("best_global_step", best.step());
            if (best.checkpoint() > 0) json.put("best_model_checkpoint", CheckpointFolder.name(best.checkpoint()));
        }
        var ours = json.putObject("halftune")
                .put("format", FORMAT)
                .put("optimizer_steps", state.optimizerSteps())
                .put("logged_step", state.loggedStep())
                .put("evaluated_step", state.evaluatedStep())
                .put("window_loss", state.intervalLoss()) // the key of earlier versions, whose checkpoints resume
                .put("logged_loss", state.loggedLoss())
                .put("best_checkpoint_step", best.checkpoint())
                .put("evaluations_without_improvement", best.notBetter());
        if (Double.isFinite(state.firstLoss())) ours.put("first_loss", state.firstLoss());
        if (!state.intervalFigures().isEmpty()) {
            var figures = ours.putObject(FIGURES);
            state.intervalFigures().forEach(figures::put);
        }
        templateTime.ifPresent(time -> ours.put("template_time", time.toString()));
        ours.set("fingerprint", fingerprint.toJson());
        var log = json.putArray("log_history");
        history.forEach(log::add);
        AtomicFile.write(checkpoint.resolve(FILE), StrictJson.print(json));
    }

    /** Throws {@link InputError} if the file is missing, or was not written by Halftune. */
    public static TrainerStateFile read(Path checkpoint) {
        Path file = checkpoint.resolve(FILE);
        var json = StrictJson.read(file);
        if (!(json.get("halftune") instanceof ObjectNode ours)) {
            throw new InputError(
                    "this checkpoint was not written by Halftune: it has no \"halftune\" key",
                    file.toString(),
                    "to train from another program's checkpoint, use it as --model_name_or_path");
        }
        int format = whole(ours, "format", file);
        if (format != FORMAT) {
            throw new InputError(
                    "the file has format " + format + ", but this version of Halftune reads format " + FORMAT,
                    file.toString(),
                    "resume with the version that wrote it, or start a new run");
        }
        var state = new TrainerState(
                whole(json, "global_step", file),
                whole(ours, "optimizer_steps", file),
                number(json, "num_input_tokens_seen", file).asLong(),
                whole(ours, "logged_step", file),
                whole(ours, "evaluated_step", file),
                number(ours, "window_loss", file).asDouble(),
                number(ours, "logged_loss", file).asDouble(),
                ours.has("first_loss") ? number(ours, "first_loss", file).asDouble() : Double.NaN,
                figures(ours, file),
                best(json, ours, file));
        var history = new ArrayList<ObjectNode>();
        for (var row : required(json, "log_history", file)) {
            if (row instanceof ObjectNode object) history.add(object);
        }
        return new TrainerStateFile(
                state,
                number(json, "epoch", file).asDouble(),
                whole(json, "max_steps", file),
                RunFingerprint.fromJson(required(ours, "fingerprint", file)),
                time(ours, file),
                history);
    }

    private static Map<String, Double> figures(ObjectNode ours, Path file) {
        if (!(ours.get(FIGURES) instanceof ObjectNode object)) return Map.of();
        var figures = new LinkedHashMap<String, Double>();
        object.properties().forEach(entry -> {
            if (!entry.getValue().isNumber()) throw damaged(FIGURES, file);
            figures.put(entry.getKey(), entry.getValue().asDouble());
        });
        return figures;
    }

    /** {@link BestEvaluation#NONE} for checkpoints of earlier versions without it. */
    private static BestEvaluation best(ObjectNode json, ObjectNode ours, Path file) {
        if (!json.has("best_metric") || !ours.has("best_checkpoint_step")) return BestEvaluation.NONE;
        return new BestEvaluation(
                OptionalDouble.of(number(json, "best_metric", file).asDouble()),
                whole(json, "best_global_step", file),
                whole(ours, "best_checkpoint_step", file),
                whole(ours, "evaluations_without_improvement", file));
    }

    private static Optional<LocalDateTime> time(ObjectNode ours, Path file) {
        if (!ours.has("template_time")) return Optional.empty();
        try {
            return Optional.of(LocalDateTime.parse(ours.get("template_time").asString("")));
        } catch (DateTimeParseException e) {
            throw damaged("template_time", file);
        }
    }

    private static int whole(ObjectNode object, String key, Path file) {
        var node = number(object, key, file);
        if (!node.isInt() || node.asInt() < 0) throw damaged(key, file);
        return node.asInt();
    }

    private static JsonNode number(ObjectNode object, String key, Path file) {
        var node = required(object, key, file);
        if (!node.isNumber()) throw damaged(key, file);
        return node;
    }

    private static JsonNode required(ObjectNode object, String key, Path file) {
        var node = object.get(key);
        if (node == null) throw damaged(key, file);
        return node;
    }

    private static InputError damaged(String key, Path file) {
        return new InputError(
                "\"" + key + "\" is missing or invalid",
                file.toString(),
                "the file was changed or damaged; resume from another checkpoint");
    }
}
