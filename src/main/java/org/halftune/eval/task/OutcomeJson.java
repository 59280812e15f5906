package org.halftune.eval.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.files.StrictJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Outcomes as JSON and back, without loss: for sample files and for parts of an unfinished evaluation. */
final class OutcomeJson {
    private OutcomeJson() {}

    static ObjectNode json(Outcome outcome) {
        var json = StrictJson.object().put("index", outcome.index()).put("place", outcome.place());
        if (!outcome.prompt().isEmpty()) json.put("prompt", outcome.prompt());
        if (!outcome.expected().isEmpty()) {
            var expected = json.putArray("expected");
            outcome.expected().forEach(expected::add);
            json.put("got", outcome.got());
        }
        if (!outcome.logLikelihoods().isEmpty()) {
            var likelihoods = json.putArray("loglikelihoods");
            outcome.logLikelihoods().forEach(likelihoods::add);
        }
        var values = json.putObject("values");
        outcome.values().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(value -> values.put(value.getKey(), value.getValue()));
        return json;
    }

    static ObjectNode json(Part part) {
        var json = StrictJson.object();
        var outcomes = json.putArray("outcomes");
        for (var outcome : part.outcomes()) outcomes.add(json(outcome));
        var leftOut = json.putArray("left_out");
        part.leftOut().forEach(leftOut::add);
        return json;
    }

    static Part part(JsonNode json) {
        var outcomes = new ArrayList<Outcome>();
        for (var outcome : json.path("outcomes")) outcomes.add(outcome(outcome));
        return new Part(outcomes, texts(json.path("left_out")));
    }

    private static Outcome outcome(JsonNode json) {
        var values = new LinkedHashMap<String, Double>();
        for (var value : json.path("values").properties())
            values.put(value.getKey(), value.getValue().doubleValue());
        return new Outcome(
                json.path("index").intValue(),
                json.path("place").stringValue(),
                json.path("prompt").asString(""),
                texts(json.path("expected")),
                json.path("got").asString(""),
                json.path("loglikelihoods")
                        .valueStream()
                        .map(JsonNode::doubleValue)
                        .toList(),
                values);
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::stringValue).toList();
    }
}
