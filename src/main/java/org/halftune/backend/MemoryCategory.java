package org.halftune.backend;

import java.util.Map;

/** What a byte of device memory is for. Every byte belongs to exactly one category. */
public enum MemoryCategory {
    WEIGHTS,
    /** What a reference model has beside the weights that it shares. */
    REFERENCE,
    GRADIENTS,
    /** AdamW's first and second moments. */
    MOMENTS,
    /** fp32 copies of weights that are stored in fewer bits. */
    MASTERS,
    /** The gradients of earlier tasks' episodic memories (GEM). */
    EPISODIC,
    /** What a backward pass will read again. */
    ACTIVATIONS,
    /** The chunk of logits that exists at one time. */
    LOGITS,
    /** Scratch that no step leaves anything in, batches, tables and key-value caches. */
    WORKSPACE;

    /** The bytes of all categories. */
    public static long total(Map<MemoryCategory, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
