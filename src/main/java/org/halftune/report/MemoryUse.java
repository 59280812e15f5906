package org.halftune.report;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Bytes that the backend's allocator held for training, by category.
 *
 * @param moments AdamW's two moments
 * @param masters fp32 master weights of bf16 weights
 * @param peak the maximum at any time
 */
public record MemoryUse(
        long weights,
        long gradients,
        long moments,
        long masters,
        long activations,
        long logits,
        long workspace,
        long peak) {

    /** The categories in the order of reports, by name. */
    public SequencedMap<String, Long> byTitle() {
        var categories = new LinkedHashMap<String, Long>();
        categories.put("weights", weights);
        categories.put("gradients", gradients);
        categories.put("AdamW moments", moments);
        categories.put("fp32 masters", masters);
        categories.put("activations", activations);
        categories.put("logits", logits);
        categories.put("workspace", workspace);
        return categories;
    }
}
