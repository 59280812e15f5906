package org.halftune.model;

/** What a parameter is in a Llama: its name in files, and its category in half fine-tuning. */
public enum ParameterRole {
    EMBEDDING("model.embed_tokens.weight"),
    INPUT_NORM("input_layernorm.weight"),
    QUERY("self_attn.q_proj.weight"),
    KEY("self_attn.k_proj.weight"),
    VALUE("self_attn.v_proj.weight"),
    OUTPUT("self_attn.o_proj.weight"),
    POST_ATTENTION_NORM("post_attention_layernorm.weight"),
    GATE("mlp.gate_proj.weight"),
    UP("mlp.up_proj.weight"),
    DOWN("mlp.down_proj.weight"),
    FINAL_NORM("model.norm.weight"),
    HEAD("lm_head.weight");

    private final String suffix;

    ParameterRole(String suffix) {
        this.suffix = suffix;
    }

    /** Hugging Face's name of the parameter; {@code layer} is ignored outside the layers. */
    public String parameterName(int layer) {
        return inLayer() ? "model.layers." + layer + "." + suffix : suffix;
    }

    public boolean inLayer() {
        return switch (this) {
            case EMBEDDING, FINAL_NORM, HEAD -> false;
            default -> true;
        };
    }

    public ParameterCategory category() {
        return switch (this) {
            case QUERY, KEY, VALUE, OUTPUT -> ParameterCategory.ATTENTION;
            case GATE, UP, DOWN -> ParameterCategory.FEED_FORWARD;
            case INPUT_NORM, POST_ATTENTION_NORM -> ParameterCategory.NORM;
            case EMBEDDING -> ParameterCategory.EMBEDDING;
            case FINAL_NORM -> ParameterCategory.FINAL_NORM;
            case HEAD -> ParameterCategory.HEAD;
        };
    }
}
