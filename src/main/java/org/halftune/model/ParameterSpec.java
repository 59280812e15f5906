package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import org.halftune.tensor.Shape;

/**
 * Name, role and shape of one parameter.
 *
 * @param name Hugging Face's
 * @param layer from 0; -1 outside the layers
 */
public record ParameterSpec(String name, ParameterRole role, int layer, Shape shape) {

    /** All parameters of a model in the order of a forward pass. A tied head is the embedding, which is listed once. */
    public static List<ParameterSpec> all(LlamaConfig config) {
        var specs = new ArrayList<ParameterSpec>();
        specs.add(of(config, ParameterRole.EMBEDDING, -1));
        for (int layer = 0; layer < config.layers(); layer++) {
            for (var role : ParameterRole.values()) if (role.inLayer()) specs.add(of(config, role, layer));
        }
        specs.add(of(config, ParameterRole.FINAL_NORM, -1));
        if (!config.tiedHead()) specs.add(of(config, ParameterRole.HEAD, -1));
        return List.copyOf(specs);
    }

    private static ParameterSpec of(LlamaConfig config, ParameterRole role, int layer) {
        return new ParameterSpec(role.parameterName(layer), role, layer, shape(config, role));
    }

    private static Shape shape(LlamaConfig c, ParameterRole role) {
        return switch (role) {
            case EMBEDDING, HEAD -> Shape.of(c.vocabSize(), c.hiddenSize());
            case INPUT_NORM, POST_ATTENTION_NORM, FINAL_NORM -> Shape.of(c.hiddenSize());
            case QUERY -> Shape.of(c.queryWidth(), c.hiddenSize());
            case KEY, VALUE -> Shape.of(c.keyValueWidth(), c.hiddenSize());
            case OUTPUT -> Shape.of(c.hiddenSize(), c.queryWidth());
            case GATE, UP -> Shape.of(c.intermediateSize(), c.hiddenSize());
            case DOWN -> Shape.of(c.hiddenSize(), c.intermediateSize());
        };
    }

    public long elements() {
        return shape.elements();
    }

    /** Rows of a matrix, elements of a norm. */
    public long rows() {
        return shape.dim(0);
    }

    long[] dims() {
        return shape.dims().stream().mapToLong(Long::longValue).toArray();
    }

    public boolean isMatrix() {
        return shape.rank() == 2;
    }
}
