package org.halftune.study;

import java.util.LinkedHashMap;
import java.util.Map;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A finished cell, as a line of {@code cells.jsonl}.
 *
 * @param key of the cell
 * @param title for readers of the file
 * @param diverged whether a loss was NaN or infinite; then there are no marks
 * @param marks by suite
 * @param figures other results by name
 * @param loss of the last step; NaN without training
 * @param seconds for training and scoring
 */
record Finished(
        String key,
        String title,
        boolean diverged,
        Map<String, Marks> marks,
        Map<String, Double> figures,
        double loss,
        double seconds) {
    private static final String FIX = "remove the line: its cell is trained again";

    ObjectNode toJson() {
        var json = StrictJson.object();
        json.put("key", key);
        json.put("cell", title);
        if (diverged) json.put("diverged", true);
        var scores = json.putObject("marks");
        marks.forEach((suite, mark) -> scores.set(suite, mark.toJson()));
        if (!figures.isEmpty()) figures.forEach(json.putObject("figures")::put);
        if (Double.isFinite(loss)) json.put("loss", loss);
        json.put("seconds", Math.round(10 * seconds) / 10.0);
        return json;
    }

    /** @throws InputError if it is not the object that {@link #toJson} writes */
    static Finished fromJson(JsonNode json, String where) {
        var key = json.path("key");
        var scores = json.path("marks");
        if (!key.isString() || !scores.isObject()) throw new InputError("this is not a cell of a study", where, FIX);
        var marks = new LinkedHashMap<String, Marks>();
        scores.properties().forEach(entry -> marks.put(entry.getKey(), Marks.fromJson(entry.getValue(), where)));
        var figures = new LinkedHashMap<String, Double>();
        json.path("figures")
                .properties()
                .forEach(entry -> figures.put(entry.getKey(), entry.getValue().asDouble()));
        return new Finished(
                key.asString(),
                json.path("cell").asString(""),
                json.path("diverged").asBoolean(false),
                marks,
                figures,
                json.path("loss").asDouble(Double.NaN),
                json.path("seconds").asDouble(0));
    }
}
