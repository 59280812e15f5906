package org.halftune.hft;

import java.util.LinkedHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The scores of a selection by importance, in {@code selection.json}.
 *
 * <pre>{@code
 * { "file": "source.jsonl", "digest": "…", "samples": 128, "score": "taylor",
 *   "scores": { "model.layers.0.input_layernorm.weight": 1.3e-9, … } }
 * }</pre>
 */
final class ImportanceJson {
    private ImportanceJson() {}

    static void put(ObjectNode node, ImportanceScores scores) {
        node.put("file", scores.source().file());
        node.put("digest", scores.source().digest());
        node.put("samples", scores.source().samples());
        node.put("score", scores.score());
        var values = node.putObject("scores");
        scores.values().forEach(values::put);
    }

    static boolean fits(JsonNode node) {
        return node.path("file").isString()
                && node.path("digest").isString()
                && node.path("samples").isInt()
                && node.path("score").isString()
                && node.path("scores").isObject()
                && node.path("scores").values().stream().allMatch(JsonNode::isNumber);
    }

    static ImportanceScores read(JsonNode node, long seed, int round) {
        var values = new LinkedHashMap<String, Double>();
        node.get("scores")
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().doubleValue()));
        var source = new ImportanceScores.Source(
                node.get("file").stringValue(),
                node.get("digest").stringValue(),
                node.get("samples").intValue(),
                seed,
                round);
        return new ImportanceScores(source, node.get("score").stringValue(), values);
    }
}
