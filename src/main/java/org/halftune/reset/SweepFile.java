package org.halftune.reset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.halftune.eval.task.NamedScore;
import org.halftune.files.AtomicFile;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.halftune.reset.ModelScorer.Scores;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code reset.json} of a sweep. Written after every model, so that a sweep that was stopped goes on with the next.
 *
 * <p>A model is known by the digest of the names that were reset: with the same base, tuned model and questions, the same names give
 * the same scores.
 */
final class SweepFile {
    /** The setting that is a digest of the questions; the flags that chose them stand beside it. */
    static final String QUESTIONS = "set of questions";

    private static final int FORMAT = 1;

    private final Path file;
    private final Map<String, String> settings;
    private final Map<String, String> flags;
    private final Map<String, ObjectNode> models = new LinkedHashMap<>();

    private SweepFile(Path file, Map<String, String> settings, Map<String, String> flags) {
        this.file = file;
        this.settings = settings;
        this.flags = flags;
    }

    /**
     * Opens the sweep of a folder, or begins one.
     *
     * @param settings all that determines the scores besides what is reset, by name
     * @param flags that chose the questions: they explain a difference
     * @throws InputError if the folder has a sweep of other settings, or its file is damaged
     */
    static SweepFile open(Path folder, Map<String, String> settings, Map<String, String> flags) {
        var sweep = new SweepFile(folder.resolve(ResetFolder.FILE), settings, flags);
        if (Files.exists(sweep.file)) sweep.read();
        return sweep;
    }

    private void read() {
        var json = StrictJson.read(file);
        if (json.path("format").asInt(0) != FORMAT || !json.path("models").isArray()) {
            throw new InputError(
                    "the file is not of a sweep",
                    file.toString(),
                    "choose another --output_dir: the folder may have a model that halftune reset wrote");
        }
        settings.forEach((name, now) -> {
            String before = json.path("settings").path(name).asString("");
            if (before.equals(now)) return;
            throw new InputError(
                    "the folder has a sweep with another " + difference(name, before, now, json.path("flags")),
                    file.toString(),
                    "repeat the command of that sweep to resume it, or choose another --output_dir");
        });
        for (var model : json.path("models")) {
            if (!(model instanceof ObjectNode object)
                    || !object.path("names").isString()
                    || !object.path("scores").isObject()) {
                throw new InputError(
                        "an entry of \"models\" is invalid",
                        file.toString(),
                        "delete the file to begin the sweep anew");
            }
            models.put(object.path("names").stringValue(), object);
        }
    }

    /** {@code --limit: it was 20 and is now 40}; of digests only which differ. */
    private String difference(String name, String before, String now, JsonNode earlier) {
        if (name.equals(QUESTIONS)) {
            for (var flag : flags.entrySet()) {
                String was = earlier.path(flag.getKey()).asString("");
                if (!was.isEmpty() && !was.equals(flag.getValue())) return changed(flag.getKey(), was, flag.getValue());
            }
        }
        return isDigest(now) ? name : changed(name, before, now);
    }

    private static String changed(String name, String before, String now) {
        return name + ": it was " + (before.isEmpty() ? "not there" : before) + " and is now " + now;
    }

    private static boolean isDigest(String value) {
        return value.matches("[0-9a-f]{64}");
    }

    boolean has(String names) {
        return models.containsKey(names);
    }

    /** The scores of a model that is there. */
    List<Scores> scores(String names) {
        var model = models.get(names);
        if (model == null) throw new IllegalArgumentException(names);
        var all = new ArrayList<Scores>();
        for (var task : model.path("scores").properties()) {
            var figures = new ArrayList<NamedScore>();
            for (var figure : task.getValue().properties()) {
                JsonNode value = figure.getValue().path("value");
                figures.add(new NamedScore(
                        figure.getKey(),
                        value.isNull() ? Double.POSITIVE_INFINITY : value.asDouble(),
                        Double.NaN,
                        figure.getValue().path("higher_is_better").asBoolean()));
            }
            all.add(new Scores(task.getKey(), figures));
        }
        return all;
    }

    /**
     * Adds a model and writes the file.
     *
     * @param description the fields of the model besides names and scores
     */
    void add(String names, ObjectNode description, List<Scores> scores) {
        description.put("names", names);
        var tasks = description.putObject("scores");
        for (var task : scores) {
            var figures = tasks.putObject(task.of());
            for (var figure : task.figures()) {
                var json = figures.putObject(figure.name());
                if (Double.isFinite(figure.value())) json.put("value", figure.value());
                else json.putNull("value"); // JSON has no infinity
                json.put("higher_is_better", figure.higherIsBetter());
            }
        }
        models.put(names, description);
        var json = StrictJson.object().put("format", FORMAT);
        var now = json.putObject("settings");
        settings.forEach(now::put);
        var chosen = json.putObject("flags");
        flags.forEach(chosen::put);
        var list = json.putArray("models");
        models.values().forEach(list::add);
        AtomicFile.makeFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        AtomicFile.write(file, StrictJson.print(json));
    }
}
