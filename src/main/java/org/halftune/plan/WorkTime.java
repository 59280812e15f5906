package org.halftune.plan;

import org.halftune.backend.cost.Work;

/**
 * The predicted time of one launch on a GPU: the longest of the times for its memory traffic, cache traffic and operations, plus the
 * launch.
 *
 * @param seconds of work
 * @param launch seconds of the launch
 * @param bound what takes the longest
 */
record WorkTime(double seconds, double launch, Bound bound) {

    /** The limit of a kernel's speed. */
    enum Bound {
        MEMORY("memory"),
        CACHE("L2 cache"),
        TENSOR_CORES("tensor cores"),
        ONE_BLOCK("few blocks"),
        LAUNCH("launch"),
        HOST("host");

        private final String words;

        Bound(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Rate of copies between host and device with pinned memory, at least PCIe 4 x16. */
    private static final double HOST_BYTES_PER_SECOND = 20e9;

    double total() {
        return seconds + launch;
    }

    static WorkTime of(Work work, boolean inGraph, Gpu gpu, Rates rates) {
        double launch = inGraph ? rates.graphLaunch().value() : rates.launch().value();
        double memory = gpu.bytesPerSecond() * rates.memory().value();
        return switch (work) {
            case Work.KernelRun kernel -> {
                double alone = kernel.blocks() * Rates.ALONE * gpu.bytesPerSecond() / gpu.multiprocessors();
                double moved = kernel.moved() / Math.min(memory, alone);
                double cached = kernel.asked().total()
                        / (gpu.bytesPerSecond() * rates.cache().value());
                double tensor =
                        kernel.tensorOperations() / (gpu.operationsPerSecond() * rates.tensorShare(kernel.name()));
                double longest = Math.max(moved, Math.max(cached, tensor));
                Bound bound = longest < launch
                        ? Bound.LAUNCH
                        : longest == tensor
                                ? Bound.TENSOR_CORES
                                : longest == cached ? Bound.CACHE : alone < memory ? Bound.ONE_BLOCK : Bound.MEMORY;
                yield new WorkTime(longest, launch, bound);
            }
            case Work.Product product -> {
                double moved = product.traffic().total() / memory;
                double tensor = product.operations()
                        / (gpu.operationsPerSecond() * rates.productShare(product, gpu.multiprocessors()));
                yield new WorkTime(Math.max(moved, tensor), launch, moved > tensor ? Bound.MEMORY : Bound.TENSOR_CORES);
            }
            case Work.Fill fill -> new WorkTime(fill.bytes() / memory, launch, Bound.MEMORY);
            case Work.Copy copy ->
                switch (copy.route()) {
                    case DEVICE_TO_DEVICE -> new WorkTime(2 * copy.bytes() / memory, launch, Bound.MEMORY);
                    // Batches are copied during the previous step; the results at the end of a step are a few bytes.
                    case HOST_TO_DEVICE, DEVICE_TO_HOST ->
                        new WorkTime(copy.bytes() / HOST_BYTES_PER_SECOND, 0, Bound.HOST);
                };
        };
    }
}
