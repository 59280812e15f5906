package org.halftune.train;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;

/** Refuses a run whose {@link MemoryPlan} does not fit the machine, before anything is allocated, and says what would. */
public record MemoryCheck(Backend backend, LlamaConfig config, Set<String> trainable, TrainingPlan plan) {

    /** What was chosen, and the memory it takes. */
    record Choice(Recomputation recomputation, MemoryPlan memory) {}

    /**
     * The recomputation that was asked for, or else the first rung of the ladder that fits.
     *
     * @throws InputError if the plan needs more than is available
     */
    Choice require(Optional<Recomputation> wanted) {
        var rungs = wanted.map(List::of).orElseGet(() -> ladder(backend));
        for (var rung : rungs) {
            var memory = measure(plan.capacity(), rung);
            if (fits(memory)) return new Choice(rung, memory);
        }
        var needed = measure(plan.capacity(), rungs.getLast());
        throw new InputError(
                "this run needs " + size(needed.total()) + " of memory, " + size(available()) + " are available: "
                        + items(needed.bytes()),
                backend.description(),
                remedy(plan.capacity(), rungs.getLast()));
    }

    /**
     * From the fastest to the smallest. A device's memory is there to be used; the processor's is shared, so there what costs
     * hardly any time to compute again is never kept.
     */
    public static List<Recomputation> ladder(Backend backend) {
        return backend.storage() == DType.F32
                ? List.of(Recomputation.CHEAP, Recomputation.BLOCK)
                : List.of(Recomputation.NONE, Recomputation.CHEAP, Recomputation.BLOCK);
    }

    private boolean fits(MemoryPlan memory) {
        return memory.total() <= available();
    }

    private long available() {
        return available(backend);
    }

    /** Bytes that a plan may have. What the backend holds for itself is part of every plan, and has been allocated. */
    public static long available(Backend backend) {
        long more = backend.availableBytes();
        return more > Long.MAX_VALUE - backend.ownBytes() ? more : more + backend.ownBytes();
    }

    private MemoryPlan measure(Capacity capacity, Recomputation recomputation) {
        var adamW = plan.arguments().optimizing().adamW(0);
        return MemoryPlan.of(config, trainable, capacity, recomputation, adamW, backend);
    }

    private String remedy(Capacity capacity, Recomputation recomputation) {
        int rows = plan.arguments().batching().trainBatchSize();
        if (recomputation != Recomputation.BLOCK && fits(measure(capacity, Recomputation.BLOCK))) {
            return "--gradient_checkpointing fits: it computes activations again instead of keeping them";
        }
        for (int smaller = rows / 2; smaller >= 1; smaller /= 2) {
            var share =
                    new Capacity(Math.ceilDiv(capacity.tokens(), Math.ceilDiv(rows, smaller)), capacity.sequences());
            if (fits(measure(share, Recomputation.BLOCK))) {
                return "--per_device_train_batch_size " + smaller + " --gradient_accumulation_steps "
                        + plan.arguments().batching().accumulationSteps() * Math.ceilDiv(rows, smaller)
                        + " --gradient_checkpointing fits, and trains on as many rows a step";
            }
        }
        return "no batch is small enough: train fewer matrices (--hft_ratio, --freeze_embeddings), lower --max_length,"
                + " take a smaller model or a larger machine";
    }

    private static String items(Map<Category, Long> bytes) {
        return bytes.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT) + " " + size(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String size(long bytes) {
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }
}
