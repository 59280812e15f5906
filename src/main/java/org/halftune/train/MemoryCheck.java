package org.halftune.train;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;

/** Refuses a run whose {@link MemoryPlan} does not fit the machine, before anything is allocated, and says what would. */
record MemoryCheck(Backend backend, LlamaConfig config, Set<String> trainable, TrainingPlan plan) {

    /** @throws InputError if the plan needs more than is available */
    MemoryPlan require(Recomputation recomputation) {
        var capacity = plan.capacity();
        var needed = measure(capacity, recomputation);
        long available = backend.availableBytes();
        if (needed.total() <= available) return needed;
        throw new InputError(
                "this run needs " + size(needed.total()) + " of memory, " + size(available) + " are available: "
                        + items(needed.bytes()),
                backend.description(),
                remedy(capacity, recomputation, available));
    }

    private MemoryPlan measure(Capacity capacity, Recomputation recomputation) {
        return MemoryPlan.of(config, trainable, capacity, recomputation, backend.storage());
    }

    private String remedy(Capacity capacity, Recomputation recomputation, long available) {
        int rows = plan.arguments().batching().trainBatchSize();
        if (recomputation != Recomputation.BLOCK
                && measure(capacity, Recomputation.BLOCK).total() <= available) {
            return "--gradient_checkpointing fits: it computes activations again instead of keeping them";
        }
        for (int smaller = rows / 2; smaller >= 1; smaller /= 2) {
            var share =
                    new Capacity(Math.ceilDiv(capacity.tokens(), Math.ceilDiv(rows, smaller)), capacity.sequences());
            if (measure(share, Recomputation.BLOCK).total() <= available) {
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
