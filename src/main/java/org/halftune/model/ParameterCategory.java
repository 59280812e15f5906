package org.halftune.model;

/** The groups in which half fine-tuning draws and reports (arXiv 2404.18466, section 2.2). */
public enum ParameterCategory {
    EMBEDDING("embeddings"),
    ATTENTION("attention"),
    FEED_FORWARD("feed-forward"),
    NORM("layer norms"),
    FINAL_NORM("final norm"),
    HEAD("lm head");

    private final String title;

    ParameterCategory(String title) {
        this.title = title;
    }

    /** For tables. */
    public String title() {
        return title;
    }

    /** The key in {@code selection.json}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
