package org.halftune.report;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Bytes that the backend held for training, by category, as its allocator counted them.
 *
 * @param moments Adam's two running means
 * @param masters fp32 copies of weights that are trained in a smaller type
 * @param peak the most that was held at one moment
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

    /** The categories in order of reading, by the words readers see. */
    public SequencedMap<String, Long> byTitle() {
        var categories = new LinkedHashMap<String, Long>();
        categories.put("weights", weights);
        categories.put("gradients", gradients);
        categories.put("Adam moments", moments);
        categories.put("fp32 masters", masters);
        categories.put("activations", activations);
        categories.put("logits", logits);
        categories.put("workspace", workspace);
        return categories;
    }
}
