package org.halftune.pretrained;

import java.util.Set;
import org.halftune.model.Rope;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rotary embedding in {@code config.json}. transformers 4 writes {@code rope_theta} and {@code rope_scaling},
 * transformers 5 {@code rope_parameters} including theta. If several are set, the priority is that of transformers 5.18
 * ({@code convert_rope_params_to_dict} in {@code modeling_rope_utils.py}).
 */
final class RopeFields {
    private static final double DEFAULT_THETA = 10_000;

    private RopeFields() {}

    static Rope read(Fields config, int maxPositions) {
        checkPartial(config);
        Fields scaling = config.object("rope_scaling");
        if (scaling == null) scaling = config.object("rope_parameters");
        double theta = config.positiveNumber("rope_theta", DEFAULT_THETA);
        if (scaling == null) return new Rope.Default(theta);

        checkPartial(scaling);
        theta = scaling.positiveNumber("rope_theta", theta);
        String key = scaling.has("rope_type") ? "rope_type" : "type";
        return switch (scaling.text(key, "default")) {
            case "default" -> new Rope.Default(theta);
            case "llama3" -> llama3(config, scaling, theta, maxPositions);
            default -> throw scaling.unsupported(key, "use a model with the type default or llama3");
        };
    }

    /** Writes the keys that transformers 4 and 5, llama.cpp and vLLM all read. */
    static void write(Rope rope, ObjectNode config) {
        config.put("rope_theta", rope.theta());
        switch (rope) {
            case Rope.Default _ -> config.putNull("rope_scaling");
            case Rope.Llama3 l ->
                config.putObject("rope_scaling")
                        .put("rope_type", "llama3")
                        .put("factor", l.factor())
                        .put("low_freq_factor", l.lowFrequencyFactor())
                        .put("high_freq_factor", l.highFrequencyFactor())
                        .put("original_max_position_embeddings", l.originalPositions());
        }
    }

    private static Rope llama3(Fields config, Fields scaling, double theta, int maxPositions) {
        double low = scaling.positiveNumber("low_freq_factor");
        double high = scaling.positiveNumber("high_freq_factor");
        if (high <= low) {
            throw scaling.wrong(
                    "high_freq_factor",
                    scaling.json().get("high_freq_factor"),
                    "must be greater than low_freq_factor " + low);
        }
        String original = "original_max_position_embeddings";
        int positions = config.has(original) ? config.positive(original) : scaling.positive(original, maxPositions);
        return new Rope.Llama3(theta, scaling.positiveNumber("factor"), low, high, positions);
    }

    private static void checkPartial(Fields fields) {
        if (fields.positiveNumber("partial_rotary_factor", 1) != 1) {
            throw fields.unsupported("partial_rotary_factor", "use a Llama model, which has 1");
        }
        fields.refuse(
                Set.of("full_attention", "sliding_attention"),
                "use a model with the same rotary embedding in all layers");
    }
}
