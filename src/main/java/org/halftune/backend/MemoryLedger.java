package org.halftune.backend;

import java.util.EnumMap;
import java.util.Map;

/** Counts every byte of device memory by category: what is held now, and the most that was held at one time. */
public final class MemoryLedger {
    private final Map<MemoryCategory, Long> held = new EnumMap<>(MemoryCategory.class);
    private final Map<MemoryCategory, Long> atPeak = new EnumMap<>(MemoryCategory.class);
    private long total;
    private long peak;

    public MemoryLedger() {
        for (var category : MemoryCategory.values()) {
            held.put(category, 0L);
            atPeak.put(category, 0L);
        }
    }

    public synchronized void add(MemoryCategory category, long bytes) {
        held.merge(category, bytes, Long::sum);
        total += bytes;
        if (total > peak) {
            peak = total;
            atPeak.putAll(held);
        }
    }

    public synchronized void subtract(MemoryCategory category, long bytes) {
        held.merge(category, -bytes, Long::sum);
        total -= bytes;
    }

    /** Bytes held now. */
    public synchronized long total() {
        return total;
    }

    /** The most bytes held at one time. */
    public synchronized long peak() {
        return peak;
    }

    /** Bytes held now, by category. */
    public synchronized Map<MemoryCategory, Long> held() {
        return new EnumMap<>(held);
    }

    /** Bytes by category at the moment of the peak. */
    public synchronized Map<MemoryCategory, Long> atPeak() {
        return new EnumMap<>(atPeak);
    }
}
