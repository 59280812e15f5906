package org.halftune.continual;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.halftune.files.AtomicFile;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.halftune.train.checkpoint.RunFingerprint;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code continual.json}: the scores, and all that a run needs to continue between two rounds. Doubles are read back bit for bit.
 *
 * @param started when the run began
 * @param fingerprint of everything that determines weights and scores
 * @param trained number of rounds whose model is complete
 * @param metrics of the tasks
 */
record ContinualState(
        LocalDateTime started, RunFingerprint fingerprint, int trained, List<String> metrics, ScoreMatrix scores) {
    static final String FILE = "continual.json";
    private static final int FORMAT = 1;

    ContinualState {
        metrics = List.copyOf(metrics);
    }

    ContinualState afterTraining(int round) {
        return new ContinualState(started, fingerprint, round, metrics, scores);
    }

    ContinualState with(ScoreMatrix measured) {
        return new ContinualState(started, fingerprint, trained, metrics, measured);
    }

    void write(Path output) {
        AtomicFile.write(output.resolve(FILE), StrictJson.print(json()));
    }

    private ObjectNode json() {
        int rounds = scores.tasks().size();
        var json = StrictJson.object()
                .put("format", FORMAT)
                .put("started", started.toString())
                .put("trained_rounds", trained);
        var tasks = json.putArray("tasks");
        scores.tasks().forEach(tasks::add);
        var measures = json.putArray("metrics");
        metrics.forEach(measures::add);
        put(json, "overall_performance", scores.overall());
        put(json, "backward_transfer", scores.backward());
        put(json, "forward_transfer", scores.forward());
        // Row t is after round t; row 0 is the model before the first.
        var rows = json.putArray("scores");
        for (int round = 0; round <= rounds; round++) {
            var row = rows.addArray();
            for (int task = 1; task <= rounds; task++) {
                if (scores.measured(round, task)) row.add(scores.get(round, task));
                else row.addNull();
            }
        }
        var overall = json.putArray("overall_performance_by_round");
        var backward = json.putArray("backward_transfer_by_round");
        for (int round = 1; round <= rounds; round++) {
            add(overall, scores.overall(round));
            add(backward, scores.backward(round));
        }
        json.set("fingerprint", fingerprint.toJson());
        return json;
    }

    private static void put(ObjectNode json, String key, double value) {
        if (Double.isNaN(value)) json.putNull(key);
        else json.put(key, value);
    }

    private static void add(ArrayNode array, double value) {
        if (Double.isNaN(value)) array.addNull();
        else array.add(value);
    }

    /** The state of the run in a folder; empty if there is none. */
    static Optional<ContinualState> read(Path output) {
        Path file = output.resolve(FILE);
        if (!Files.isRegularFile(file)) return Optional.empty();
        var json = StrictJson.read(file);
        if (json.path("format").asInt(-1) != FORMAT) {
            throw new InputError(
                    "the file is not one that this version of Halftune continues: its format is not " + FORMAT,
                    file.toString(),
                    "choose another --output_dir, or replace the run with --overwrite_output_dir");
        }
        var tasks =
                json.path("tasks").valueStream().map(node -> node.asString("")).toList();
        var metrics = json.path("metrics")
                .valueStream()
                .map(node -> node.asString(""))
                .toList();
        var rows = json.path("scores");
        int trained = json.path("trained_rounds").asInt(-1);
        if (tasks.isEmpty() || rows.size() != tasks.size() + 1 || trained < 0 || trained > tasks.size()) {
            throw damaged(file);
        }
        var scores = ScoreMatrix.of(tasks);
        for (int round = 0; round <= tasks.size(); round++) {
            for (int task = 1; task <= tasks.size(); task++) {
                var score = rows.path(round).path(task - 1);
                if (score.isNumber()) scores = scores.with(round, task, score.asDouble());
                else if (!score.isNull()) throw damaged(file);
            }
        }
        try {
            var started = LocalDateTime.parse(json.path("started").asString(""));
            var fingerprint = RunFingerprint.fromJson(json.path("fingerprint"));
            return Optional.of(new ContinualState(started, fingerprint, trained, metrics, scores));
        } catch (DateTimeParseException e) {
            throw damaged(file);
        }
    }

    private static InputError damaged(Path file) {
        return new InputError(
                "the file is damaged or was changed",
                file.toString(),
                "choose another --output_dir, or replace the run with --overwrite_output_dir");
    }
}
