package org.halftune.backend;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The memory of a backend ran out, although a plan may have fitted: other programs took some meanwhile, or the free memory is
 * fragmented. It carries what was held at that moment: by the time it is caught, that has been freed.
 */
public final class OutOfDeviceMemory extends DeviceFailure {
    private static final long serialVersionUID = 1;

    private final transient State state;

    /**
     * The memory when it ran out.
     *
     * @param kind its name: {@code GPU memory}, {@code memory}
     * @param device the device it belongs to
     * @param call what failed, with its code
     * @param category what the bytes were for; empty: for the driver's own use
     * @param wanted bytes asked for; 0: not known
     * @param free free bytes of the device
     * @param total bytes of the device; 0: not known
     * @param held bytes that this process held, by category
     */
    public record State(
            String kind,
            String device,
            String call,
            Optional<MemoryCategory> category,
            long wanted,
            long free,
            long total,
            Map<MemoryCategory, Long> held) {

        public State {
            held = new EnumMap<>(held);
        }

        /** Bytes that this process held. */
        public long heldBytes() {
            return MemoryCategory.total(held);
        }

        /** Bytes that were neither free nor held by this process: other programs', and the driver's own. */
        public long othersBytes() {
            return Math.max(0, total - free - heldBytes());
        }
    }

    public OutOfDeviceMemory(State state) {
        super(what(state), where(state), fix(state));
        this.state = state;
    }

    public State state() {
        return state;
    }

    private static String what(State state) {
        var purpose = state.category
                .map(category -> category.name().toLowerCase(Locale.ROOT))
                .orElse("the driver");
        return "out of " + state.kind + ": " + purpose
                + (state.wanted > 0 ? " needs " + size(state.wanted) : " needs more")
                + ", " + size(state.free) + (state.total > 0 ? " of " + size(state.total) : "") + " are free; "
                + state.call;
    }

    private static String where(State state) {
        var parts = state.held.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT) + " " + size(entry.getValue()))
                .collect(Collectors.joining(", "));
        return state.device + "; this run holds " + size(state.heldBytes()) + (parts.isEmpty() ? "" : ": " + parts)
                + (state.total > 0 ? "; other programs and the driver hold " + size(state.othersBytes()) : "");
    }

    private static String fix(State state) {
        return state.total > 0
                ? "end other programs on this GPU (nvidia-smi shows them), or use smaller batches"
                : "end other programs, or use smaller batches";
    }

    private static String size(long bytes) {
        return bytes < 1L << 30
                ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20))
                : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1 << 30));
    }
}
